package manifest

import "bytes"

// TextOf returns a line of the file that is in the document, without its line
// end, or "".
func (d Document) TextOf(line int) string {
	rest := d.Raw
	for range line - d.Line {
		_, after, found := bytes.Cut(rest, []byte("\n"))
		if !found {
			return ""
		}
		rest = after
	}
	if line < d.Line {
		return ""
	}
	text, _, _ := bytes.Cut(rest, []byte("\n"))
	return string(bytes.TrimSuffix(text, []byte("\r")))
}

// Source returns the template from which helm rendered the document, or "".
// helm writes it into a comment at the beginning.
func (d Document) Source() string {
	const prefix = "# Source: "
	for line := range bytes.Lines(d.Raw) {
		if !isFiller(line) && !isMarker(line, "---") {
			return ""
		}
		if name, found := bytes.CutPrefix(bytes.TrimSpace(line), []byte(prefix)); found {
			return string(name)
		}
	}
	return ""
}
