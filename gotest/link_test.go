package gotest

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

func TestLinks_OfTheDocumentationHaveATarget(t *testing.T) {
	tree := os.DirFS("..")
	pages := []string{"README.md", "CONTRIBUTING.md"}
	require.NoError(t, fs.WalkDir(tree, "docs", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".md" {
			pages = append(pages, name)
		}
		return err
	}))
	for _, page := range pages {
		t.Run(page, func(t *testing.T) {
			require.NoError(t, brokenLinks(tree, page))
		})
	}
}

func TestLinks_WithoutATargetAreErrors(t *testing.T) {
	tree := fstest.MapFS{
		"docs/there.md": {Data: []byte("# A heading, here\n")},
		"docs/there":    {Mode: fs.ModeDir},
	}
	for link, want := range map[string]string{
		"there.md":                    "",
		"there.md#a-heading-here":     "",
		"#of-its-own":                 "",
		"https://kubernetes.io/docs/": "",
		"../docs/there.md":            "",
		"missing.md":                  "docs/missing.md does not exist",
		"there.md#another":            "there.md has no heading #another",
		"#another":                    "page.md has no heading #another",
		"http://kubernetes.io/":       "is no https URL",
		"https:///docs":               "is no https URL",
		"ftp://kubernetes.io/":        "is no https URL",
		"https://kubernetes.io/%zz":   "invalid URL escape",
		"../../outside.md":            "leads out of the project",
	} {
		t.Run(link, func(t *testing.T) {
			tree["docs/page.md"] = &fstest.MapFile{Data: []byte("# Of its own\n\n| a |\n| --- |\n| [text](" + link + ") |\n")}
			err := brokenLinks(tree, "docs/page.md")
			if want == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, want)
		})
	}
}

// brokenLinks returns an error for each link of a page that is not an https URL, a file of the tree or a heading.
func brokenLinks(tree fs.FS, page string) error {
	links, _, err := readPage(tree, page)
	if err != nil {
		return err
	}
	var problems []error
	for _, link := range links {
		if err := follow(tree, page, link); err != nil {
			problems = append(problems, fmt.Errorf("%s: [%s]: %w", page, link, err))
		}
	}
	return errors.Join(problems...)
}

func follow(tree fs.FS, page, link string) error {
	address, err := url.Parse(link)
	if err != nil {
		return err
	}
	if address.Scheme != "" || address.Host != "" {
		if address.Scheme != "https" || address.Host == "" {
			return errors.New("is no https URL")
		}
		return nil
	}
	target := page
	if address.Path != "" {
		target = path.Join(path.Dir(page), address.Path)
	}
	if !fs.ValidPath(target) {
		return errors.New("leads out of the project")
	}
	if _, err := fs.Stat(tree, target); err != nil {
		return fmt.Errorf("%s does not exist", target)
	}
	if address.Fragment == "" {
		return nil
	}
	_, headings, err := readPage(tree, target)
	if err == nil && !slices.Contains(headings, address.Fragment) {
		err = fmt.Errorf("%s has no heading #%s", target, address.Fragment)
	}
	return err
}

// readPage returns the targets of a page's links, and the ids of its headings.
func readPage(tree fs.FS, page string) (links, headings []string, err error) {
	source, err := fs.ReadFile(tree, page)
	if err != nil {
		return nil, nil, err
	}
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM), goldmark.WithParserOptions(parser.WithAutoHeadingID()))
	document := markdown.Parser().Parse(text.NewReader(source))
	err = ast.Walk(document, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node := node.(type) {
		case *ast.Link:
			links = append(links, string(node.Destination))
		case *ast.Image:
			links = append(links, string(node.Destination))
		case *ast.AutoLink:
			if address := string(node.URL(source)); !strings.HasPrefix(address, "http://127.0.0.1") {
				links = append(links, address)
			}
		case *ast.Heading:
			if id, ok := node.AttributeString("id"); ok {
				headings = append(headings, string(id.([]byte)))
			}
		}
		return ast.WalkContinue, nil
	})
	return links, headings, err
}
