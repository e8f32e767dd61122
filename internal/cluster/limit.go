package cluster

import (
	"fmt"
	"io"
)

// maxObject is how many bytes an object can have. etcd keeps objects of a megabyte or two.
const maxObject = 8 << 20

// limited reads an answer that may have no end. It fails if there is more than maxObject from one object to the next.
type limited struct {
	from io.Reader
	left int
}

func newLimited(from io.Reader) *limited { return &limited{from, maxObject} }

// next says that an object ended.
func (l *limited) next() { l.left = maxObject }

func (l *limited) Read(into []byte) (int, error) {
	if l.left <= 0 {
		return 0, fmt.Errorf("more than %d MiB in one object", maxObject>>20)
	}
	n, err := l.from.Read(into[:min(len(into), l.left)])
	l.left -= n
	return n, err
}
