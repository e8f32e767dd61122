package files

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Replace replaces the content of a file that exists, or leaves the file as it is. The file keeps its permissions. For a
// symbolic link it replaces the file that the link names, and the link stays. before is what was read from the file; if the
// file has other content by now, that is an error. The content is on the disk before it takes the place of the old one.
func Replace(path string, before, content []byte) error {
	target, err := filepath.EvalSymlinks(path)
	if err != nil {
		return err
	}
	info, err := os.Stat(target)
	if err != nil {
		return err
	}
	now, err := os.ReadFile(target)
	if err != nil {
		return err
	}
	if !bytes.Equal(now, before) {
		return fmt.Errorf("%s was changed by another program while it was read; run the command again", path)
	}
	file, err := os.CreateTemp(filepath.Dir(target), ".winpolicy-*")
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	err = errors.Join(err, file.Sync(), file.Chmod(info.Mode().Perm()), file.Close())
	if err == nil {
		err = os.Rename(file.Name(), target)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(file.Name()))
	}
	return err
}
