package site

import (
	"io/fs"
	"path"
	"strings"
)

// link returns the address on the site for one in a Markdown file. It is "" for a file that only the repository has.
func (b *builder) link(name, address string) string {
	place, fragment, marked := strings.Cut(address, "#")
	if strings.Contains(place, ":") || place == "" {
		return address
	}
	file := path.Join(path.Dir(name), place)
	target := Target(file)
	switch {
	case path.Ext(file) != ".md" && !b.isCopied(file):
		return ""
	case path.Ext(file) != ".md":
		target = strings.TrimPrefix(file, "docs/")
	}
	address = relative(Target(name), target)
	if marked {
		address += "#" + fragment
	}
	return address
}

// isCopied tells whether the site has a file as it is.
func (b *builder) isCopied(file string) bool {
	info, err := fs.Stat(b.Tree, file)
	return err == nil && !info.IsDir() && strings.HasPrefix(file, "docs/")
}
