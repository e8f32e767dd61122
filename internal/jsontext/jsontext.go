// Package jsontext writes JSON for people and for other programs' files. It does not escape <, > and &, because its
// output is never HTML.
package jsontext

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf16"
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
	return printable(bytes.TrimSuffix(text.Bytes(), []byte("\n"))), err
}

// printable escapes characters that a terminal obeys and that JSON allows in strings: DEL, the controls of C1, and marks that
// hide characters or change the direction of text. It also escapes what the agent of Azure Pipelines takes for a command
// anywhere in its log. A # is only in strings.
func printable(text []byte) []byte {
	text = bytes.ReplaceAll(text, []byte("##"), []byte(`\u0023\u0023`))
	if bytes.IndexFunc(text, IsUnsafe) < 0 {
		return text
	}
	var safe bytes.Buffer
	for _, char := range string(text) {
		if !IsUnsafe(char) {
			safe.WriteRune(char)
			continue
		}
		for _, unit := range utf16.AppendRune(nil, char) {
			fmt.Fprintf(&safe, `\u%04x`, unit)
		}
	}
	return safe.Bytes()
}

// IsUnsafe tells whether a terminal obeys a character, or the character hides or reorders others. The controls below a space
// are not among them, because JSON escapes them.
func IsUnsafe(char rune) bool {
	return char >= 0x7f && unicode.In(char, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Visible returns a text with \u{…} in the place of each character that is hidden.
func Visible(text string, hidden func(rune) bool) string {
	if strings.IndexFunc(text, hidden) < 0 {
		return text
	}
	var out strings.Builder
	for _, char := range text {
		if hidden(char) {
			fmt.Fprintf(&out, `\u{%x}`, char)
		} else {
			out.WriteRune(char)
		}
	}
	return out.String()
}
