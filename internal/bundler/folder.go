package bundler

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"winpolicy/internal/modules"
)

// marker tells a folder that Folder wrote from one that belongs to somebody.
const marker = ".winpolicy"

// Folder writes the modules, conftest's main among them, and the configuration as files below a folder: what
// `conftest test -p DIR -d DIR` takes. The folder is replaced as a whole, or not at all, and only if it is empty, new,
// or was written by this.
func Folder(folder string, all []modules.Module, config map[string]any) error {
	if err := ours(folder); err != nil {
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
	if err := errors.Join(fill(fresh, all, config), os.Chmod(fresh, 0o755)); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	return swap(folder, fresh)
}

// swap puts a folder in the place of another, which comes back if that fails.
func swap(folder, fresh string) error {
	aside := fresh + ".old"
	if err := os.Rename(folder, aside); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if err := os.Rename(fresh, folder); err != nil {
		back := os.Rename(aside, folder)
		if errors.Is(back, fs.ErrNotExist) {
			back = nil // there was none before
		}
		return errors.Join(err, back, os.RemoveAll(fresh))
	}
	return os.RemoveAll(aside)
}

func ours(folder string) error {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(entries) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(folder, marker)); err != nil {
		return fmt.Errorf("%s holds files of somebody else: name another folder, or empty it", folder)
	}
	return nil
}

func fill(folder string, all []modules.Module, config map[string]any) error {
	if config == nil {
		config = map[string]any{}
	}
	text, err := json.MarshalIndent(config, "", "  ")
	if err != nil {
		return err
	}
	files := map[string][]byte{
		marker: []byte("written by winpolicy bundle --dir\n"),
		filepath.Join(filepath.FromSlash(configRoot), "data.json"): append(text, '\n'),
	}
	for _, module := range all {
		files[filepath.FromSlash(module.Path)] = module.Source
	}
	for path, content := range files {
		target := filepath.Join(folder, path)
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
