package sample

import (
	"io/fs"
	"slices"

	"winpolicy/internal/config"
)

// ReadOwn reads the samples that stand beside a team's own rules, which are those of the rules with the ids. A configuration
// in the folder is no sample.
func ReadOwn(tree fs.FS, ids []string) ([]Sample, error) {
	all, err := Read(without{tree, config.Name})
	for i := range all {
		all[i].About = func(rule string) bool { return slices.Contains(ids, rule) }
	}
	return all, err
}

// without is a tree without the files of a name.
type without struct {
	fs.FS
	name string
}

// ReadDir leaves the files out.
func (w without) ReadDir(folder string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(w.FS, folder)
	return slices.DeleteFunc(entries, func(entry fs.DirEntry) bool { return entry.Name() == w.name }), err
}
