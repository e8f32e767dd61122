package manifest

import "bytes"

// Offset returns where the document begins in the text of its file, or false if it is not there.
func (d Document) Offset(text []byte) (int, bool) {
	begin := 0
	for range d.Line - 1 {
		begin += bytes.IndexByte(text[begin:], '\n') + 1
	}
	if bytes.HasPrefix(text[begin:], d.Raw) {
		return begin, true
	}
	begin += len("\ufeff")
	return begin, begin <= len(text) && bytes.HasPrefix(text[begin:], d.Raw)
}
