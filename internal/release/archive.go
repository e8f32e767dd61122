package release

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// entry is a file of an archive, or a folder if its name ends in a slash.
type entry struct {
	name string      // with slashes
	mode fs.FileMode // the bits that a tar holds, such as 01777
	body []byte
}

// pack makes the archive that people of a platform expect, and gives its extension.
func pack(platform Platform, entries []entry, at time.Time) (archive []byte, extension string, err error) {
	if platform.OS == "windows" {
		archive, err = zipped(entries, at)
		return archive, ".zip", err
	}
	archive, err = tarball(entries, at)
	return archive, ".tar.gz", err
}

// tarball makes a compressed tar. All entries belong to root, have one time, and are in the order of their names.
func tarball(entries []entry, at time.Time) ([]byte, error) {
	plain, err := tarred(entries, at)
	if err != nil {
		return nil, err
	}
	return gzipped(plain)
}

func tarred(entries []entry, at time.Time) ([]byte, error) {
	var into bytes.Buffer
	writer := tar.NewWriter(&into)
	for _, one := range sorted(entries) {
		header := tar.Header{
			Typeflag: tar.TypeReg, Name: one.name, Mode: int64(one.mode), Size: int64(len(one.body)), ModTime: at, Format: tar.FormatUSTAR,
		}
		if strings.HasSuffix(one.name, "/") {
			header.Typeflag = tar.TypeDir
		}
		if err := writer.WriteHeader(&header); err != nil {
			return nil, err
		}
		if _, err := writer.Write(one.body); err != nil {
			return nil, err
		}
	}
	err := writer.Close()
	return into.Bytes(), err
}

// gzipped compresses without a name and a time in the header.
func gzipped(plain []byte) ([]byte, error) {
	var into bytes.Buffer
	writer, err := gzip.NewWriterLevel(&into, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := writer.Write(plain); err != nil {
		return nil, err
	}
	err = writer.Close()
	return into.Bytes(), err
}

// zipped makes a zip. All entries have one time, and are in the order of their names.
func zipped(entries []entry, at time.Time) ([]byte, error) {
	var into bytes.Buffer
	writer := zip.NewWriter(&into)
	for _, one := range sorted(entries) {
		header := zip.FileHeader{Name: one.name, Method: zip.Deflate, Modified: at.UTC()}
		header.SetMode(one.mode)
		member, err := writer.CreateHeader(&header)
		if err != nil {
			return nil, err
		}
		if _, err := member.Write(one.body); err != nil {
			return nil, err
		}
	}
	err := writer.Close()
	return into.Bytes(), err
}

func sorted(entries []entry) []entry {
	return slices.SortedFunc(slices.Values(entries), func(a, b entry) int { return strings.Compare(a.name, b.name) })
}
