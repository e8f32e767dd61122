package site

import (
	"bytes"
	"html/template"
	"io/fs"
	"unicode/utf8"

	"winpolicy/internal/catalog"
	"winpolicy/internal/page"
	"winpolicy/internal/playground"
	"winpolicy/internal/sample"
)

// Source is what the site is made from.
type Source struct {
	Tree      fs.FS // of the project
	Rules     []catalog.Rule
	Samples   []sample.Sample
	Platforms []string
	Example   Example
}

// Example is the manifest that the playground shows first, and the verdict about it.
type Example struct {
	Question playground.Question
	Answer   playground.Answer
}

// builder collects the files of a site.
type builder struct {
	Source
	rules   map[string]catalog.Rule
	files   map[string][]byte
	entries []entry
}

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

var layout = template.Must(template.New("layout.html").ParseFS(assets, "assets/layout.html"))

// frame is what the layout shows around a page.
type frame struct {
	Title, Root string
	Path        string
	Body        template.HTML
	Groups      []group
	Playground  bool
}

// write puts a page into the layout.
func (b *builder) write(target, title string, body template.HTML) error {
	var out bytes.Buffer
	err := layout.Execute(&out, frame{
		Title: title, Root: root(target), Path: target, Body: body,
		Groups: groups(target), Playground: target == playgroundPage,
	})
	b.files[target] = out.Bytes()
	return err
}
