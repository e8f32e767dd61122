package files

import (
	"context"
	"io"
)

// Interruptible returns a reader that opens and reads another one, and that ends with the context. Opening a pipe waits for
// a writer, and reading from a terminal waits for a person, and nothing can interrupt either. A read that is left behind
// holds no memory of the caller.
func Interruptible(ctx context.Context, open func() (io.ReadCloser, error)) io.Reader {
	r := &interruptible{ctx: ctx, parts: make(chan part)}
	go r.pump(open)
	return r
}

// chunk is how much is read at once.
const chunk = 64 << 10

type part struct {
	text []byte
	err  error
}

type interruptible struct {
	ctx   context.Context
	parts chan part
	left  part
}

// pump reads until the end, an error, or the end of the context.
func (r *interruptible) pump(open func() (io.ReadCloser, error)) {
	from, err := open()
	if err != nil {
		r.hand(part{err: err})
		return
	}
	defer from.Close()
	for err == nil {
		text := make([]byte, chunk)
		var n int
		n, err = from.Read(text)
		if !r.hand(part{text[:n], err}) {
			return
		}
	}
}

func (r *interruptible) hand(one part) bool {
	select {
	case r.parts <- one:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// Read gives what was read, and the cause of the context when that ends.
func (r *interruptible) Read(into []byte) (int, error) {
	for len(r.left.text) == 0 {
		if r.left.err != nil {
			return 0, r.left.err
		}
		select {
		case r.left = <-r.parts:
		case <-r.ctx.Done():
			r.left.err = context.Cause(r.ctx)
		}
	}
	n := copy(into, r.left.text)
	r.left.text = r.left.text[n:]
	return n, nil
}
