package site

import (
	"encoding/json"
	"unicode/utf8"

	"winpolicy/internal/page"
)

// entry is one section of a page in the search index.
type entry struct {
	Title string `json:"t"` // of the page
	Head  string `json:"h"` // of the section; "" for the first one
	Path  string `json:"p"` // with the anchor
	Text  string `json:"x"`
}

// maxText is how much of a section's text can be found, in bytes.
const maxText = 4000

func (b *builder) search(target string, made page.Page) {
	for i, section := range made.Sections {
		one := entry{Title: made.Title, Head: section.Title, Path: target + "#" + section.ID, Text: cut(section.Text, maxText)}
		if i == 0 {
			one.Head, one.Path = "", target
		}
		b.entries = append(b.entries, one)
	}
}

// cut shortens a text to a number of bytes, between two characters.
func cut(text string, size int) string {
	if len(text) <= size {
		return text
	}
	for !utf8.RuneStart(text[size]) {
		size--
	}
	return text[:size]
}

// addIndex writes the search index as a script, because a page that is opened from a folder can load no JSON.
func (b *builder) addIndex() error {
	text, err := json.Marshal(b.entries)
	b.files["assets/search-index.js"] = append(append([]byte("window.searchIndex = "), text...), ";\n"...)
	return err
}
