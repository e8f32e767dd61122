// Package files writes files so that no reader ever sees half of one: a file, a folder, or the generated files of a
// project, which it also compares with their source.
package files

import (
	"errors"
	"os"
	"path/filepath"
)

// Write replaces the file at path with content, or leaves the file as it is. It creates missing parent folders. The
// file gets the permissions 0644.
func Write(path string, content []byte) error {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, ".winpolicy-*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Chmod(0o644), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return err
}
