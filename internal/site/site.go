// Package site writes the documentation as a static site: every page of docs/ as HTML, a page for each rule, a search index, and
// the playground. All links are relative, so the site works below any path and from a folder.
package site

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/page"
)

// Files returns the files of the site by path, without the program of the playground.
func Files(source Source) (map[string][]byte, error) {
	b := &builder{Source: source, files: map[string][]byte{}, rules: map[string]catalog.Rule{}}
	for _, rule := range source.Rules {
		b.rules[rule.ID] = rule
	}
	sources, err := b.sources()
	if err != nil {
		return nil, err
	}
	for _, name := range sources {
		if err := b.add(name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := b.addRules(); err != nil {
		return nil, err
	}
	if err := b.addPlayground(); err != nil {
		return nil, err
	}
	if err := b.addIndex(); err != nil {
		return nil, err
	}
	return b.files, b.addAssets()
}

// top are the pages of the project that are not below docs/.
var top = []string{"CHANGELOG.md", "CONTRIBUTING.md", "README.md", "SECURITY.md"}

// sources returns the paths of all Markdown files that become pages, sorted.
func (b *builder) sources() ([]string, error) {
	all := slices.Clone(top)
	err := fs.WalkDir(b.Tree, "docs", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".md" && name != rulesSource {
			all = append(all, name)
		}
		return err
	})
	slices.Sort(all)
	return all, err
}

// add makes a page of a Markdown file.
func (b *builder) add(name string) error {
	text, err := fs.ReadFile(b.Tree, name)
	if err != nil {
		return err
	}
	target := Target(name)
	links := page.Links{To: func(address string) string { return b.link(name, address) }, Try: b.try(target)}
	rule, isRule := b.rules[path.Base(path.Dir(target))]
	isRule = isRule && strings.HasPrefix(name, rulesFolder)
	var made page.Page
	if isRule {
		made, err = page.Rule(rule, text, links)
	} else {
		made, err = page.Render(text, links)
	}
	if err != nil {
		return err
	}
	b.search(target, made)
	return b.write(target, made.Title, made.HTML)
}

// addAssets adds styles, scripts, and the files of docs/ that pages link to as they are.
func (b *builder) addAssets() error {
	b.files["assets/style.css"] = page.Style
	for _, name := range []string{"site.js", "playground.js", "worker.js"} {
		text, err := assets.ReadFile("assets/" + name)
		if err != nil {
			return err
		}
		b.files["assets/"+name] = text
	}
	return fs.WalkDir(b.Tree, "docs", func(name string, item fs.DirEntry, err error) error {
		if err != nil || item.IsDir() || path.Ext(name) == ".md" || path.Ext(name) == ".go" {
			return err
		}
		text, err := fs.ReadFile(b.Tree, name)
		b.files[strings.TrimPrefix(name, "docs/")] = text
		return err
	})
}
