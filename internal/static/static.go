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
	if _, err := os.Stat(file(folder, server.SignedPath)); err == nil && signed == nil {
		return nil, fmt.Errorf("%s has a signed bundle, which would stay old: sign with --signing-key, or remove %s%s", folder, public, server.SignedPath)
	}
	if err := writeHelpers(folder); err != nil {
		return nil, err
	}
	pointers := []Pointer{newPointer(server.Path, tarball, revision)}
	texts := map[string][]byte{server.Path: tarball, server.SignedPath: signed}
	if signed != nil {
		pointers = append(pointers, newPointer(server.SignedPath, signed, revision))
	}
	for _, pointer := range pointers {
		if err := write(file(folder, pathOf(pointer.Digest)), texts[pointer.Path]); err != nil {
			return nil, err
		}
	}
	for _, pointer := range pointers {
		if err := write(file(folder, pointer.Path), texts[pointer.Path]); err != nil {
			return nil, err
		}
	}
	return pointers, nil
}

func newPointer(urlPath string, text []byte, revision string) Pointer {
	sum := sha256.Sum256(text)
	return Pointer{urlPath, hex.EncodeToString(sum[:]), revision, len(text)}
}

var isDigest = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Rollback writes an earlier bundle of the tree to the pointer of its kind, plain or signed. It verifies the digest, and
// activates the bundle as an agent does. others are the pointers that have another revision afterwards.
func Rollback(ctx context.Context, folder, digest string) (moved Pointer, others []Pointer, err error) {
	if !isDigest.MatchString(digest) {
		return moved, nil, fmt.Errorf("%q is not a digest: write 64 hexadecimal digits, the name of a file in %s", digest, file(folder, "bundles"))
	}
	name := file(folder, pathOf(digest))
	moved, text, err := read(ctx, name)
	if errors.Is(err, fs.ErrNotExist) {
		return moved, nil, fmt.Errorf("%s has no bundle %s", folder, digest)
	}
	if err != nil {
		return moved, nil, err
	}
	if moved.Digest != digest {
		return moved, nil, fmt.Errorf("%s was changed: its digest is %s", name, moved.Digest)
	}
	if others, err = othersThan(ctx, folder, moved); err != nil {
		return moved, nil, err // before agents get the bundle
	}
	return moved, others, write(file(folder, moved.Path), text)
}

// othersThan gives the other pointers of a tree that have another revision.
func othersThan(ctx context.Context, folder string, moved Pointer) ([]Pointer, error) {
	var others []Pointer
	for _, urlPath := range []string{server.Path, server.SignedPath} {
		if urlPath == moved.Path {
			continue
		}
		other, _, err := read(ctx, file(folder, urlPath))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if other.Revision != moved.Revision {
			others = append(others, other)
		}
	}
	return others, nil
}

// read reads a bundle, activates it as an agent does, and gives the pointer of its kind.
func read(ctx context.Context, name string) (Pointer, []byte, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return Pointer{}, nil, err
	}
	content, err := bundle.NewReader(bytes.NewReader(text)).WithSkipBundleVerification(true).Read()
	if err != nil {
		return Pointer{}, nil, fmt.Errorf("%s: read the bundle: %w", name, err)
	}
	if err := bundler.Activate(ctx, &content); err != nil {
		return Pointer{}, nil, fmt.Errorf("%s: activate the bundle: %w", name, err)
	}
	isSigned, err := bundler.IsSigned(text)
	if err != nil {
		return Pointer{}, nil, fmt.Errorf("%s: read the bundle: %w", name, err)
	}
	if isSigned {
		return newPointer(server.SignedPath, text, content.Manifest.Revision), text, nil
	}
	return newPointer(server.Path, text, content.Manifest.Revision), text, nil
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
