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

// Find looks for the file in a folder and in those above it, "" where there is none. It stops at the root of a
// repository, for what lies above belongs to somebody else.
func Find(folder string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	for {
		path := filepath.Join(folder, Name)
		if _, err := os.Stat(path); err == nil {
			return shorter(path), nil
		} else if !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("look for %s: %w", Name, err)
		}
		if _, err := os.Stat(filepath.Join(folder, ".git")); err == nil || filepath.Dir(folder) == folder {
			return "", nil
		}
		folder = filepath.Dir(folder)
	}
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
