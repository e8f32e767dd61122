package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Name is the default name of the file.
const Name = "winpolicy.yaml"

// Find returns the path of the file in a folder, or in the nearest folder above it within the same git repository, or
// "". Outside a repository it looks only in the folder, because a folder above may belong to another user.
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
			return relativePath(path), nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("look for %s: %w", Name, err)
		}
	}
	return "", nil
}

// upTo lists the folders from a folder up to a root above it, both included.
func upTo(folder, root string) []string {
	all := []string{folder}
	for folder != root {
		folder = filepath.Dir(folder)
		all = append(all, folder)
	}
	return all
}

// relativePath returns a path relative to the working directory, which makes messages short.
func relativePath(path string) string {
	working, err := os.Getwd()
	if err != nil {
		return path
	}
	if relative, err := filepath.Rel(working, path); err == nil {
		return relative
	}
	return path
}
