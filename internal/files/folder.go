package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// marker is the file by which WriteFolder recognises a folder that it wrote.
const marker = ".winpolicy"

// owner is the content of a marker.
const owner = "written by winpolicy\n"

// WriteFolder replaces folder with one that holds content, or leaves the folder as it is. The keys of content are
// slash-separated paths below the folder. The folder must be missing, empty, or written by WriteFolder before.
func WriteFolder(folder string, content map[string][]byte) error {
	if err := checkOwned(folder, marker); err != nil {
		return err
	}
	parent := filepath.Dir(filepath.Clean(folder))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	fresh, err := os.MkdirTemp(parent, ".winpolicy-*")
	if err != nil {
		return err
	}
	if err := errors.Join(fill(fresh, content), os.Chmod(fresh, 0o755)); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	return swap(folder, fresh)
}

// Claim makes a folder, in which the caller then writes files one by one, and puts a marker into it, a file of this name. The
// folder must be missing or empty, or have the marker already.
func Claim(folder, marker string) error {
	if err := checkOwned(folder, marker); err != nil {
		return err
	}
	return Write(filepath.Join(folder, marker), []byte(owner))
}

// swap puts fresh in the place of folder. When that fails, the old folder is put back.
func swap(folder, fresh string) error {
	aside := fresh + ".old"
	if err := os.Rename(folder, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, folder); err != nil {
		back := os.Rename(aside, folder)
		if errors.Is(back, fs.ErrNotExist) {
			back = nil // the folder did not exist before
		}
		return errors.Join(err, back, os.RemoveAll(fresh))
	}
	return os.RemoveAll(aside)
}

// checkOwned returns an error for a folder with files but without the marker.
func checkOwned(folder, marker string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, marker)); err != nil {
		return fmt.Errorf("%s holds files that winpolicy did not write: name another folder, or empty this one", folder)
	}
	return nil
}

func fill(folder string, content map[string][]byte) error {
	if err := os.WriteFile(filepath.Join(folder, marker), []byte(owner), 0o644); err != nil {
		return err
	}
	for name, text := range content {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
