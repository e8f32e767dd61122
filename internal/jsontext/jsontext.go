// Package jsontext writes JSON for people and for other programs' files. It does not escape <, > and &, because its
// output is never HTML.
package jsontext

import (
	"bytes"
	"encoding/json"
	"io"
)

// Write writes a value with an indent of two spaces, and a line feed after it.
func Write(out io.Writer, value any) error {
	text, err := Indent(value, "  ")
	if err != nil {
		return err
	}
	_, err = out.Write(append(text, '\n'))
	return err
}

// Indent returns a value as text, each level indented by indent. Without an indent the text is one line. No line feed
// follows it.
func Indent(value any, indent string) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", indent)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}
