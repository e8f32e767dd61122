package watch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// maxBytes is what a source may hold in all. The rules of the program are less than a hundredth of it.
const maxBytes = 64 << 20

// digest is the hash of the names and contents of all files. A file that is not there is content like any other; one
// that is no regular file is an error, for a pipe or a device would be read without end.
func digest(paths []string) (string, error) {
	hash := sha256.New()
	left := int64(maxBytes)
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			fmt.Fprintf(hash, "%s is missing\n", path)
			continue
		case err != nil:
			return "", err
		case !info.IsDir():
			err = add(hash, path, info, &left)
		default:
			err = addFolder(hash, path, &left)
		}
		if err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

func addFolder(hash io.Writer, folder string, left *int64) error {
	root := resolve(folder)
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if path != root && hidden(entry.Name()) {
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if entry.IsDir() {
			return nil
		}
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if info.IsDir() { // a link, which fs.WalkDir does not follow
			return nil
		}
		relative, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		fmt.Fprintf(hash, "%s\n", relative)
		return add(hash, path, info, left)
	})
}

func add(hash io.Writer, path string, info fs.FileInfo, left *int64) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is no regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	count, err := io.Copy(hash, io.LimitReader(file, *left+1))
	if err != nil {
		return err
	}
	if *left -= count; *left < 0 {
		return fmt.Errorf("%s: the files to load hold more than %d MiB", path, maxBytes>>20)
	}
	fmt.Fprintf(hash, "\n%d bytes\n", count)
	return nil
}

// dataLink is where the volume of a ConfigMap or Secret has its content: a link to a folder, replaced as a whole.
const dataLink = "..data"

// resolve gives the folder in which the content stands.
func resolve(folder string) string {
	if target, err := filepath.EvalSymlinks(filepath.Join(folder, dataLink)); err == nil {
		return target
	}
	if target, err := filepath.EvalSymlinks(folder); err == nil {
		return target
	}
	return folder
}

// hidden tells what is no content: what editors, version control and the volumes of ConfigMaps keep beside it.
func hidden(name string) bool { return strings.HasPrefix(name, ".") && name != "." }

// Folder gives the content of a folder: of a ConfigMap's or Secret's volume that of one version, and nothing hidden.
func Folder(folder string) fs.FS { return visible{os.DirFS(resolve(folder))} }

// visible is a tree without what is hidden.
type visible struct{ fs.FS }

// ReadDir lists what is not hidden.
func (v visible) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(v.FS, name)
	shown := entries[:0]
	for _, entry := range entries {
		if !hidden(entry.Name()) {
			shown = append(shown, entry)
		}
	}
	return shown, err
}
