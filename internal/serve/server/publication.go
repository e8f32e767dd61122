package server

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
)

// publication is what is served at a path, until there is a newer one.
type publication struct {
	body []byte
	etag string
	// superseded is closed when there is a newer one, which wakes those who wait for it.
	superseded chan struct{}
	whole      reply // 200, for those who do not have it
	known      reply // 304, for those who have
}

// newPublication has the hash of its bytes for an ETag, so that every replica gives the same. An answer has no
// Content-Encoding: OPA's client would undo that, and then OPA once more.
func newPublication(body []byte) *publication {
	sum := sha256.Sum256(body)
	etag := `"` + hex.EncodeToString(sum[:]) + `"`
	return &publication{
		body: body, etag: etag, superseded: make(chan struct{}),
		known: newReply(http.StatusNotModified, http.Header{
			"Etag": {etag}, "Cache-Control": bundleCache, "Vary": bundleVary, "X-Content-Type-Options": nosniff,
		}),
		whole: newReply(http.StatusOK, http.Header{
			"Etag": {etag}, "Cache-Control": bundleCache, "Vary": bundleVary, "X-Content-Type-Options": nosniff,
			"Content-Type": bundleType, "Content-Length": {strconv.Itoa(len(body))},
		}),
	}
}

// reply is how an answer begins, made once so that a request makes none.
type reply struct {
	status int
	header http.Header
	text   []byte // status line and header, without what differs from answer to answer
}

func newReply(status int, header http.Header) reply {
	var text bytes.Buffer
	fmt.Fprintf(&text, "HTTP/1.1 %d %s\r\n", status, http.StatusText(status))
	_ = header.Write(&text) // a buffer takes everything
	return reply{status, header, text.Bytes()}
}

// resource is a path at which bundles are published, one after the other.
type resource struct {
	current atomic.Pointer[publication]
}

// publish gives what was published before, if that is superseded. It is called by one goroutine at a time. The same bytes
// again are no news, and wake nobody. Without a body the resource is gone.
func (r *resource) publish(body []byte) *publication {
	old := r.current.Load()
	var fresh *publication
	if body != nil {
		fresh = newPublication(body)
	}
	if old != nil && fresh != nil && old.etag == fresh.etag {
		return nil
	}
	r.current.Store(fresh)
	if old != nil {
		close(old.superseded)
	}
	return old
}
