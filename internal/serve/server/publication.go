package server

import (
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"strconv"
	"sync/atomic"
)

// publication is the bundle at one path until a newer one is published.
type publication struct {
	etag       string
	superseded chan struct{} // closed when a newer one is published, which wakes the polls that wait
	whole      reply         // 200, for agents that do not have the bundle
	known      reply         // 304, for agents that have it
}

// newPublication takes the bytes of a bundle. The ETag is the hash of those bytes, so all replicas send the same ETag.
// There is no Content-Encoding: an agent would decompress the bundle twice. The content type is exactly the one that tells
// an agent that the server holds long polls.
func newPublication(body []byte) *publication {
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:]) + `"`
	header := http.Header{"Etag": {etag}, "Cache-Control": {"no-cache, no-transform"}, "Vary": {"Prefer"}}
	whole := header.Clone()
	whole["Content-Type"] = []string{"application/vnd.openpolicyagent.bundles"}
	whole["X-Content-Type-Options"] = nosniff
	whole["Content-Length"] = []string{strconv.Itoa(len(body))}
	return &publication{
		etag:       etag,
		superseded: make(chan struct{}),
		whole:      reply{http.StatusOK, whole, body},
		known:      reply{http.StatusNotModified, header, nil},
	}
}

// resource is a path at which bundles are published.
type resource struct {
	current atomic.Pointer[publication] // nil if there is no bundle
}

// publish replaces the bundle and wakes the polls that wait for a newer one. If the bytes are the same it does nothing.
// nil removes the bundle. Do not call publish from two goroutines at once.
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
