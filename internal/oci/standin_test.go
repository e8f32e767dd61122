package oci_test

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// standIn is what a push needs of a registry: blobs, manifests and tags of one repository.
type standIn struct {
	content map[string][]byte                             // by digest
	tags    map[string]string                             // digests by tag
	written int                                           // requests that wrote something
	spoil   func(http.ResponseWriter, *http.Request) bool // answers in place of the stand-in, or changes its header
}

func newStandIn() *standIn {
	return &standIn{content: map[string][]byte{}, tags: map[string]string{}}
}

func (s *standIn) add(text []byte) string {
	digest := fmt.Sprintf("sha256:%x", sha256.Sum256(text))
	s.content[digest] = text
	return digest
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.spoil != nil {
		spoiled := &spoiledWriter{ResponseWriter: w, header: http.Header{}}
		if s.spoil(spoiled, r) {
			return
		}
		w = spoiled
	}
	name := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
	switch r.Method {
	case http.MethodPost:
		w.Header().Set("Location", "/v2/policies/windows/blobs/uploads/1")
		w.WriteHeader(http.StatusAccepted)
	case http.MethodPut:
		s.put(w, r, name)
	default:
		s.get(w, r, name)
	}
}

func (s *standIn) put(w http.ResponseWriter, r *http.Request, name string) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	s.written++
	digest := s.add(text)
	if strings.Contains(r.URL.Path, "/manifests/") && !strings.HasPrefix(name, "sha256:") {
		s.tags[name] = digest
	}
	w.Header().Set("Docker-Content-Digest", digest)
	w.WriteHeader(http.StatusCreated)
}

func (s *standIn) get(w http.ResponseWriter, r *http.Request, name string) {
	if tagged := s.tags[name]; tagged != "" {
		name = tagged
	}
	text, found := s.content[name]
	if !found {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Docker-Content-Digest", name)
	w.Header().Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
	w.Header().Set("Content-Length", strconv.Itoa(len(text)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(text)
	}
}

// spoiledWriter lets some fields of the header win over those of the stand-in.
type spoiledWriter struct {
	http.ResponseWriter
	header http.Header
}

func (s *spoiledWriter) WriteHeader(status int) {
	if status < http.StatusBadRequest {
		for key, values := range s.header {
			s.Header()[key] = values
		}
	}
	s.ResponseWriter.WriteHeader(status)
}

func matches(r *http.Request, request string) bool {
	return strings.Contains(r.Method+" "+r.URL.Path, request)
}

// answer answers requests with a status.
func answer(request string, status int) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if !matches(r, request) {
			return false
		}
		if status == http.StatusUnauthorized {
			w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
		}
		w.WriteHeader(status)
		return true
	}
}

// cut ends the connection of requests.
func cut(request string) func(http.ResponseWriter, *http.Request) bool {
	return func(_ http.ResponseWriter, r *http.Request) bool {
		if matches(r, request) {
			panic(http.ErrAbortHandler)
		}
		return false
	}
}

// header changes a field of the answers to requests.
func header(request, key, value string) func(http.ResponseWriter, *http.Request) bool {
	return func(w http.ResponseWriter, r *http.Request) bool {
		if matches(r, request) {
			w.(*spoiledWriter).header.Set(key, value)
		}
		return false
	}
}

func otherDigest(request string) func(http.ResponseWriter, *http.Request) bool {
	return header(request, "Docker-Content-Digest", "sha256:"+strings.Repeat("0", 64))
}
