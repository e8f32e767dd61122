// Package static writes bundles as files that any web server, bucket or CDN serves to OPA agents.
package static

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"

	"github.com/open-policy-agent/opa/v1/bundle"

	"winpolicy/internal/bundler"
	"winpolicy/internal/files"
	"winpolicy/internal/serve/server"
)

// public is the folder of what agents may read.
const public = "public"

// marker is the file by which Publish recognises a tree.
const marker = ".winpolicy-static"

//go:embed tree
var helpers embed.FS

// places says where the files of tree are written.
var places = map[string]string{"nginx.conf": "nginx.conf", "s3.sh": "upload/s3.sh", "gcs.sh": "upload/gcs.sh", "azure.sh": "upload/azure.sh"}

// Pointer is the file that agents ask for. Its content is that of one of the bundles.
type Pointer struct {
	Path     string // of the URL: /bundles/windows.tar.gz, or that of the signed bundle
	Digest   string // hex SHA-256 of the bundle
	Revision string // of the bundle
	Size     int    // of the bundle, in bytes
}

// Publish writes the bundle, and the signed one if there is one, into a tree: each under its digest, and then the pointers. The
// folder must be missing, empty, or a tree. Files that would not change are not written, so their time and ETag stay.
func Publish(folder string, tarball, signed []byte, revision string) ([]Pointer, error) {
	if err := files.Claim(folder, marker); err != nil {
		return nil, err
	}
	bundles := []struct {
		path string
		text []byte
	}{{server.Path, tarball}, {server.SignedPath, signed}}
	if _, err := os.Stat(file(folder, server.SignedPath)); err == nil && signed == nil {
		return nil, fmt.Errorf("%s has a signed bundle, which would stay old: sign with --signing-key, or remove %s%s", folder, public, server.SignedPath)
	}
	if err := writeHelpers(folder); err != nil {
		return nil, err
	}
	var pointers []Pointer
	for _, one := range bundles {
		if one.text == nil {
			continue
		}
		sum := sha256.Sum256(one.text)
		pointer := Pointer{one.path, hex.EncodeToString(sum[:]), revision, len(one.text)}
		if err := write(file(folder, pathOf(pointer.Digest)), one.text); err != nil {
			return nil, err
		}
		pointers = append(pointers, pointer)
	}
	for i, pointer := range pointers {
		if err := write(file(folder, pointer.Path), bundles[i].text); err != nil {
			return nil, err
		}
	}
	return pointers, nil
}

var isDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Rollback lets the pointer of its kind, plain or signed, have the bundle of a digest that is in the tree. It verifies the
// digest, and activates the bundle as an agent does. others are the pointers that have another revision afterwards.
func Rollback(ctx context.Context, folder, digest string) (moved Pointer, others []Pointer, err error) {
	if !isDigest.MatchString(digest) {
		return moved, nil, fmt.Errorf("%q is no digest: write 64 hexadecimal digits, the name of a file in %s", digest, file(folder, "bundles"))
	}
	text, err := os.ReadFile(file(folder, pathOf(digest)))
	if errors.Is(err, fs.ErrNotExist) {
		return moved, nil, fmt.Errorf("%s has no bundle %s", folder, digest)
	}
	if err != nil {
		return moved, nil, err
	}
	if moved, err = read(ctx, text); err != nil {
		return moved, nil, fmt.Errorf("%s: %w", file(folder, pathOf(digest)), err)
	}
	if moved.Digest != digest {
		return moved, nil, fmt.Errorf("%s was changed: its digest is %s", file(folder, pathOf(digest)), moved.Digest)
	}
	if err := write(file(folder, moved.Path), text); err != nil {
		return moved, nil, err
	}
	for _, other := range []string{server.Path, server.SignedPath} {
		text, err := os.ReadFile(file(folder, other))
		if other == moved.Path || errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return moved, nil, err
		}
		pointer, err := read(ctx, text)
		if err != nil {
			return moved, nil, fmt.Errorf("%s: %w", file(folder, other), err)
		}
		if pointer.Revision != moved.Revision {
			others = append(others, pointer)
		}
	}
	return moved, others, nil
}

// read gives the pointer that a bundle belongs to.
func read(ctx context.Context, text []byte) (Pointer, error) {
	content, err := bundle.NewReader(bytes.NewReader(text)).WithSkipBundleVerification(true).Read()
	if err != nil {
		return Pointer{}, fmt.Errorf("read the bundle: %w", err)
	}
	if err := bundler.Activate(ctx, &content); err != nil {
		return Pointer{}, fmt.Errorf("activate the bundle: %w", err)
	}
	sum := sha256.Sum256(text)
	pointer := Pointer{server.Path, hex.EncodeToString(sum[:]), content.Manifest.Revision, len(text)}
	isSigned, err := bundler.IsSigned(text)
	if isSigned {
		pointer.Path = server.SignedPath
	}
	return pointer, err
}

func writeHelpers(folder string) error {
	for name, place := range places {
		text, err := helpers.ReadFile(path.Join("tree", name))
		if err != nil {
			return err
		}
		if err := write(filepath.Join(folder, filepath.FromSlash(place)), text); err != nil {
			return err
		}
	}
	return nil
}

// write replaces a file whole, unless it has this content already.
func write(name string, text []byte) error {
	if found, err := os.ReadFile(name); err == nil && bytes.Equal(found, text) {
		return nil
	}
	return files.Write(name, text)
}

// pathOf is the path of the URL of a bundle that never changes.
func pathOf(digest string) string { return "/bundles/" + digest + ".tar.gz" }

// file is the file of a path of the URL.
func file(folder, urlPath string) string {
	return filepath.Join(folder, public, filepath.FromSlash(urlPath))
}
