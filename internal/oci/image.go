package oci

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	ocispec "github.com/opencontainers/image-spec/specs-go/v1"
)

// blob is a part of an image with its descriptor.
type blob struct {
	ocispec.Descriptor
	text []byte
}

func newBlob(mediaType string, text []byte) blob {
	return blob{ocispec.Descriptor{MediaType: mediaType, Digest: digest.FromBytes(text), Size: int64(len(text))}, text}
}

// image is a bundle as registries keep it.
type image struct{ config, layer, manifest blob }

// newImage makes an image whose only layer is the bundle. An OPA agent takes the first layer of this type. conftest unpacks a
// layer whose annotations say so, into the folder that the title names.
func newImage(bundle []byte, revision string) (image, error) {
	made := image{layer: newBlob(ocispec.MediaTypeImageLayerGzip, bundle)}
	made.layer.Annotations = map[string]string{ocispec.AnnotationTitle: ".", "io.deis.oras.content.unpack": "true"}
	unpacked, err := unpackedDigest(bundle)
	if err != nil {
		return image{}, fmt.Errorf("read the bundle: %w", err)
	}
	config, err := json.Marshal(ocispec.Image{
		Platform: ocispec.Platform{Architecture: "unknown", OS: "unknown"},
		RootFS:   ocispec.RootFS{Type: "layers", DiffIDs: []digest.Digest{unpacked}},
	})
	if err != nil {
		return image{}, err
	}
	made.config = newBlob(ocispec.MediaTypeImageConfig, config)
	manifest, err := json.Marshal(ocispec.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: ocispec.MediaTypeImageManifest,
		Config: made.config.Descriptor, Layers: []ocispec.Descriptor{made.layer.Descriptor},
		Annotations: map[string]string{ocispec.AnnotationVersion: revision},
	})
	made.manifest = newBlob(ocispec.MediaTypeImageManifest, manifest)
	return made, err
}

func unpackedDigest(zipped []byte) (digest.Digest, error) {
	reader, err := gzip.NewReader(bytes.NewReader(zipped))
	if err != nil {
		return "", err
	}
	hash := digest.Canonical.Digester()
	_, err = io.Copy(hash.Hash(), reader) //nolint:gosec // the bundle was made by this program
	return hash.Digest(), err
}

// checkManifest returns an error if an agent finds no bundle in the image.
func checkManifest(text []byte) error {
	var manifest ocispec.Manifest
	if err := json.Unmarshal(text, &manifest); err != nil {
		return fmt.Errorf("the manifest is not JSON: %w", err)
	}
	isBundle := func(layer ocispec.Descriptor) bool { return layer.MediaType == ocispec.MediaTypeImageLayerGzip }
	if !slices.ContainsFunc(manifest.Layers, isBundle) {
		return errors.New("this image has no layer with a bundle; name an image that winpolicy push made")
	}
	return nil
}
