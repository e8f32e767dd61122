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

// maxBytes bounds the total size of a source. The built-in rules are less than a hundredth of it.
const maxBytes = 64 << 20

// digest returns a hash of the names and contents of all files. A missing file changes the hash. A path that is neither a
// regular file nor a folder is an error, because reading a pipe or a device may never end.
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
		if info.IsDir() { // a link to a folder, which fs.WalkDir does not follow
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
		return fmt.Errorf("%s: not a regular file; replace it with a file", path)
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
		return fmt.Errorf("%s: the watched files hold more than %d MiB in total; remove files", path, maxBytes>>20)
	}
	fmt.Fprintf(hash, "\n%d bytes\n", count)
	return nil
}

// dataLink is the link by which the volume of a ConfigMap or Secret points to its content. Kubernetes replaces the link.
const dataLink = "..data"

// resolve returns the folder that holds the content.
func resolve(folder string) string {
	if target, err := filepath.EvalSymlinks(filepath.Join(folder, dataLink)); err == nil {
		return target
	}
	if target, err := filepath.EvalSymlinks(folder); err == nil {
		return target
	}
	return folder
}

// hidden returns whether a file is not content: editors, version control and ConfigMap volumes keep such files.
func hidden(name string) bool { return strings.HasPrefix(name, ".") && name != "." }

// Folder returns the content of a folder without hidden files. If the folder is the volume of a ConfigMap or Secret, all
// files are of one version.
func Folder(folder string) fs.FS { return visible{os.DirFS(resolve(folder))} }

// visible is a file system without hidden files.
type visible struct{ fs.FS }

// ReadDir lists the entries that are not hidden.
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
