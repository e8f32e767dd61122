package packed

import "encoding/binary"

// reader reads numbers and texts one after another.
type reader struct{ text []byte }

func (r *reader) byte() byte {
	first := r.text[0]
	r.text = r.text[1:]
	return first
}

func (r *reader) number() uint64 {
	value, n := binary.Uvarint(r.text)
	r.text = r.text[n:]
	return value
}

func (r *reader) string() string {
	n := r.number()
	value := string(r.text[:n])
	r.text = r.text[n:]
	return value
}
