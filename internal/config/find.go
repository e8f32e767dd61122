package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Name is what the file is called where nobody says otherwise.
const Name = "winpolicy.yaml"

// Find looks for the file in a folder, and in those above it up to the root of the repository that holds it, "" where
// there is none. Outside a repository it looks no higher: a folder above may be anybody's.
func Find(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	candidates := []string{folder}
	for above := folder; ; above = filepath.Dir(above) {
		if _, err := os.Stat(filepath.Join(above, ".git")); err == nil {
			candidates = upTo(folder, above)
			break
		}
		if above == filepath.Dir(above) {
			break
		}
	}
	for _, candidate := range candidates {
		path := filepath.Join(candidate, Name)
		if _, err := os.Stat(path); err == nil {
			return shorter(path), nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("look for %s: %w", Name, err)
		}
	}
	return "", nil
}

// upTo lists the folders from one to another above it, both of them too.
func upTo(folder, root string) []string {
	all := []string{folder}
	for folder != root {
		folder = filepath.Dir(folder)
		all = append(all, folder)
	}
	return all
}

// shorter names the file from the working directory, as messages should.
func shorter(path string) string {
	working, err := os.Getwd()
	if err != nil {
		return path
	}
	if relative, err := filepath.Rel(working, path); err == nil {
		return relative
	}
	return path
}
