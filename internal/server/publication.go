package server

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"sync/atomic"
)

// publication is what is served at a path, until there is a newer one.
type publication struct {
	body []byte
	etag string
	// superseded is closed when there is a newer one, which wakes those who wait for it.
	superseded chan struct{}
	// Header values, made once so that a request makes none.
	etagHeader   []string
	lengthHeader []string
}

// newPublication has the hash of its bytes for an ETag, so that every replica gives the same.
func newPublication(body []byte) *publication {
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:]) + `"`
	return &publication{
		body: body, etag: etag, superseded: make(chan struct{}),
		etagHeader: []string{etag}, lengthHeader: []string{strconv.Itoa(len(body))},
	}
}

// resource is a path at which bundles are published, one after the other.
type resource struct {
	current atomic.Pointer[publication]
}

// publish is called by one goroutine at a time. The same bytes again are no news, and wake nobody. Without a body the
// resource is gone.
func (r *resource) publish(body []byte) {
	old := r.current.Load()
	var fresh *publication
	if body != nil {
		fresh = newPublication(body)
	}
	if old != nil && fresh != nil && old.etag == fresh.etag {
		return
	}
	r.current.Store(fresh)
	if old != nil {
		close(old.superseded)
	}
}
