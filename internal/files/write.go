// Package files writes files so that no reader ever sees half of one: a file, a folder, or the generated files of a
// project, which it also compares with their source.
package files

import (
	"errors"
	"os"
	"path/filepath"
)

// Write replaces the file at path with content, or leaves the file as it is. It creates missing parent folders. The
// file gets the permissions 0644. For a symbolic link it replaces the file that the link names. What is no regular file, a
// device or a pipe, stays and is written to.
func Write(path string, content []byte) error {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return writeInto(path, content)
	}
	path = target(path)
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

// target returns the path that a symbolic link names in the end, whether there is a file or not, and any other path as it is.
func target(path string) string {
	const most = 40 // links in a row, as Linux follows them
	for range most {
		named, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(named) {
			named = filepath.Join(filepath.Dir(path), named)
		}
		path = named
	}
	return path
}

// writeInto writes to what cannot be replaced.
func writeInto(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	return errors.Join(err, file.Close())
}
