// Package page makes HTML of the documentation: of any page in Markdown, and of the page of a rule with its badges. What it
// makes has no script, and it loads nothing. Style is the style sheet for it.
package page

import (
	"bytes"
	"fmt"
	"html/template"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Page is a page as HTML. HTML in its Markdown is left out.
type Page struct {
	Title    string        // the text of its first heading
	HTML     template.HTML // the body
	Sections []Section
}

// Section is a heading and the text up to the next one.
type Section struct {
	ID, Title string
	Level     int
	Text      string // the words below the heading, on one line
}

// Render makes a page of Markdown.
func Render(markdown []byte, links Links) (Page, error) {
	engine := goldmark.New(
		goldmark.WithExtensions(extension.GFM),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
		goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(nodes{links}, 1))),
	)
	document := engine.Parser().Parse(text.NewReader(markdown))
	page := Page{Sections: sections(document, markdown)}
	if len(page.Sections) > 0 {
		page.Title = page.Sections[0].Title
	}
	var out bytes.Buffer
	if err := engine.Renderer().Render(&out, markdown, document); err != nil {
		return Page{}, fmt.Errorf("write HTML: %w", err)
	}
	page.HTML = template.HTML(out.String()) //nolint:gosec // goldmark escapes text, and leaves out raw HTML
	return page, nil
}

// sections gives the headings of a document and their texts. Code counts as text, because people search for messages.
func sections(document ast.Node, source []byte) []Section {
	var all []Section
	for node := document.FirstChild(); node != nil; node = node.NextSibling() {
		if heading, ok := node.(*ast.Heading); ok {
			id, _ := heading.AttributeString("id")
			name, _ := id.([]byte)
			all = append(all, Section{ID: string(name), Title: words(heading, source), Level: heading.Level})
			continue
		}
		if len(all) > 0 && node.Kind() != ast.KindHTMLBlock {
			last := &all[len(all)-1]
			last.Text = strings.TrimSpace(last.Text + " " + words(node, source))
		}
	}
	return all
}
