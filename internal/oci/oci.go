// Package oci pushes bundles to OCI registries, as images that OPA agents (services of type oci) and conftest pull. An image has
// no date, so the same bundle is always the same image.
package oci

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/opencontainers/go-digest"
	"oras.land/oras-go/v2/content"
	"oras.land/oras-go/v2/errdef"
	"oras.land/oras-go/v2/registry"
)

// timeout bounds a push or a rollback.
const timeout = 5 * time.Minute

// maxManifest bounds the manifest that Rollback reads, in bytes. Registries accept no larger one.
const maxManifest = 4 << 20

// Push makes an image of a bundle, pushes it, and moves the tag to it. revision is that of the bundle. It returns the digest of
// the image. The tag moves last, after the registry has confirmed the digests of everything else. If the tag may have moved in
// spite of an error, the error says so.
func (t *Target) Push(ctx context.Context, bundle []byte, revision string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	made, err := newImage(bundle, revision)
	if err != nil {
		return "", err
	}
	for _, part := range []blob{made.config, made.layer} {
		if err := put(ctx, t.repository.Blobs(), part); err != nil {
			return "", t.unmoved(err)
		}
	}
	if err := put(ctx, t.repository.Manifests(), made.manifest); err != nil {
		return "", t.unmoved(err)
	}
	return made.manifest.Digest.String(), t.move(ctx, made.manifest)
}

// Rollback moves the tag to an image that the registry has already. image is its digest.
func (t *Target) Rollback(ctx context.Context, image string) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	if _, err := digest.Parse(image); err != nil {
		return fmt.Errorf("%q is not a digest: write sha256: and 64 hexadecimal digits", image)
	}
	found, err := t.repository.Manifests().Resolve(ctx, image)
	if errors.Is(err, errdef.ErrNotFound) {
		return t.unmoved(fmt.Errorf("the repository has no image %s", image))
	}
	if err != nil {
		return t.unmoved(err)
	}
	if found.Size > maxManifest {
		return t.unmoved(fmt.Errorf("the manifest of %s has %d bytes, which is too large for an image of a bundle", image, found.Size))
	}
	text, err := content.FetchAll(ctx, t.repository.Manifests(), found)
	if err != nil {
		return t.unmoved(err)
	}
	if err := checkManifest(text); err != nil {
		return t.unmoved(fmt.Errorf("%s: %w", image, err))
	}
	return t.move(ctx, blob{found, text})
}

// put pushes a part that the registry does not have, and makes the registry confirm its digest and size.
func put(ctx context.Context, store registry.BlobStore, part blob) error {
	found, err := store.Resolve(ctx, part.Digest.String())
	if errors.Is(err, errdef.ErrNotFound) {
		if err := store.Push(ctx, part.Descriptor, bytes.NewReader(part.text)); err != nil {
			return err
		}
		found, err = store.Resolve(ctx, part.Digest.String())
	}
	if err != nil {
		return err
	}
	if found.Size != part.Size {
		return fmt.Errorf("the registry says that %s has %d bytes, but it has %d", part.Digest, found.Size, part.Size)
	}
	return nil
}

// move moves the tag to a manifest that the registry has. It writes nothing if the tag is there already.
func (t *Target) move(ctx context.Context, manifest blob) error {
	tag := t.repository.Reference.Reference
	before, err := t.repository.Resolve(ctx, tag)
	if err != nil && !errors.Is(err, errdef.ErrNotFound) {
		return t.unmoved(err)
	}
	if err == nil && before.Digest == manifest.Digest {
		return nil
	}
	if err := t.repository.PushReference(ctx, manifest.Descriptor, bytes.NewReader(manifest.text), tag); err != nil {
		return fmt.Errorf("move the tag %s: %w; see which image it names now", tag, t.explain(err))
	}
	after, err := t.repository.Resolve(ctx, tag)
	if err != nil {
		return fmt.Errorf("read the tag %s back: %w; see which image it names now", tag, t.explain(err))
	}
	if after.Digest != manifest.Digest {
		return fmt.Errorf("the tag %s names %s and not %s: another push moved it at the same time, or the registry changes images; push again", tag, after.Digest, manifest.Digest)
	}
	return nil
}
