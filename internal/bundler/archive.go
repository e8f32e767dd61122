package bundler

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// unpackable rewrites an archive of OPA so that any program can unpack it into a folder: names have no leading slash, and each
// folder has an entry before its files. OPA reads both forms. conftest pull and oras read only this one, so one archive is
// for all of them. No entry has a date or an owner.
func unpackable(archive []byte) ([]byte, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return nil, err
	}
	from := tar.NewReader(zipped)
	var made bytes.Buffer
	packer := gzip.NewWriter(&made)
	to := folderWriter{tar.NewWriter(packer), map[string]bool{".": true}}
	for {
		header, err := from.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := to.add(strings.TrimPrefix(header.Name, "/"), header.Size, from); err != nil {
			return nil, fmt.Errorf("%s: %w", header.Name, err)
		}
	}
	err = errors.Join(to.Close(), packer.Close())
	return made.Bytes(), err
}

// IsSigned reports whether a bundle has a file of signatures. OPA's reader does not read that file if it verifies nothing.
func IsSigned(bundle []byte) (bool, error) {
	zipped, err := gzip.NewReader(bytes.NewReader(bundle))
	if err != nil {
		return false, err
	}
	for archive := tar.NewReader(zipped); ; {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if path.Base(header.Name) == ".signatures.json" {
			return true, nil
		}
	}
}

// folderWriter writes a tar in which each folder has an entry.
type folderWriter struct {
	*tar.Writer
	folders map[string]bool // that have an entry
}

func (w folderWriter) add(name string, size int64, content io.Reader) error {
	if err := w.addFolder(path.Dir(name)); err != nil {
		return err
	}
	if err := w.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o644}); err != nil {
		return err
	}
	_, err := io.Copy(w, content) //nolint:gosec // the archive was made by this program
	return err
}

func (w folderWriter) addFolder(name string) error {
	if w.folders[name] {
		return nil
	}
	w.folders[name] = true
	if err := w.addFolder(path.Dir(name)); err != nil {
		return err
	}
	return w.WriteHeader(&tar.Header{Typeflag: tar.TypeDir, Name: name + "/", Mode: 0o755})
}
