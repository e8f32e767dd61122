package release

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/opencontainers/go-digest"
	"github.com/opencontainers/image-spec/specs-go"
	"github.com/opencontainers/image-spec/specs-go/v1"
)

// user owns nothing in the image. A number lets Kubernetes verify runAsNonRoot.
const user = "65532:65532"

// imageName is the annotation from which podman and docker take the name of an image that they load. No registry is named.
const imageName = "io.containerd.image.name"

// layout is an OCI image layout in the making: its files by name.
type layout struct {
	files []entry
}

// addImage adds an image from scratch for the builds for linux, as an archive of an OCI layout. Without such a build there is no
// image.
func addImage(content map[string][]byte, builds []build, described description, root string) error {
	license, err := os.ReadFile(filepath.Join(root, "LICENSE"))
	if err != nil {
		return err
	}
	var made layout
	var images []v1.Descriptor
	for _, built := range builds {
		if built.platform.OS != "linux" {
			continue
		}
		image, err := made.addPlatform(built, described, license)
		if err != nil {
			return err
		}
		images = append(images, image)
	}
	if len(images) == 0 {
		return nil
	}
	archive, err := made.archive(images, described)
	content[described.prefix()+"image.tar"] = archive
	return err
}

// addPlatform adds the image of one platform, and describes it.
func (l *layout) addPlatform(built build, described description, license []byte) (v1.Descriptor, error) {
	plain, err := tarred([]entry{
		{name: "LICENSE", mode: 0o644, body: license},
		{name: licensesFile, mode: 0o644, body: built.licenses},
		{name: "tmp/", mode: 0o1777}, // check keeps what it reads from a pipe here
		{name: "winpolicy", mode: 0o755, body: built.program},
	}, described.time)
	if err != nil {
		return v1.Descriptor{}, err
	}
	compressed, err := gzipped(plain)
	if err != nil {
		return v1.Descriptor{}, err
	}
	layer := l.add(v1.MediaTypeImageLayerGzip, compressed)
	platform := v1.Platform{OS: built.platform.OS, Architecture: built.platform.Arch}
	config, err := l.addJSON(v1.MediaTypeImageConfig, v1.Image{
		Created: &described.time, Platform: platform,
		Config:  v1.ImageConfig{User: user, Entrypoint: []string{"/winpolicy"}, WorkingDir: "/", Labels: described.labels()},
		RootFS:  v1.RootFS{Type: "layers", DiffIDs: []digest.Digest{digest.FromBytes(plain)}},
		History: []v1.History{{Created: &described.time, CreatedBy: "make dist"}},
	})
	if err != nil {
		return v1.Descriptor{}, err
	}
	image, err := l.addJSON(v1.MediaTypeImageManifest, v1.Manifest{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageManifest, Config: config, Layers: []v1.Descriptor{layer},
	})
	image.Platform = &platform
	return image, err
}

// archive ends the layout with an index of the images, and gives it as a tar.
func (l *layout) archive(images []v1.Descriptor, described description) ([]byte, error) {
	index, err := l.addJSON(v1.MediaTypeImageIndex, indexOf(images, described.labels()))
	if err != nil {
		return nil, err
	}
	index.Annotations = map[string]string{v1.AnnotationRefName: described.version, imageName: "localhost/winpolicy:" + described.version}
	top, err := json.Marshal(indexOf([]v1.Descriptor{index}, nil))
	if err != nil {
		return nil, err
	}
	mark, err := json.Marshal(v1.ImageLayout{Version: v1.ImageLayoutVersion})
	if err != nil {
		return nil, err
	}
	l.files = append(l.files, entry{v1.ImageIndexFile, 0o644, top}, entry{v1.ImageLayoutFile, 0o644, mark})
	return tarred(l.files, described.time)
}

func indexOf(images []v1.Descriptor, annotations map[string]string) v1.Index {
	return v1.Index{
		Versioned: specs.Versioned{SchemaVersion: 2}, MediaType: v1.MediaTypeImageIndex, Manifests: images, Annotations: annotations,
	}
}

// labels say what the image is. Only a release with an address of the documentation names one.
func (d description) labels() map[string]string {
	all := map[string]string{
		v1.AnnotationTitle:    "winpolicy",
		v1.AnnotationVersion:  d.version,
		v1.AnnotationLicenses: "Apache-2.0",
		v1.AnnotationCreated:  d.time.Format(time.RFC3339),
	}
	if d.commit != "" {
		all[v1.AnnotationRevision] = d.commit
	}
	if d.docs != "" {
		all[v1.AnnotationDocumentation] = d.docs
	}
	return all
}

func (l *layout) addJSON(mediaType string, value any) (v1.Descriptor, error) {
	text, err := json.Marshal(value)
	if err != nil {
		return v1.Descriptor{}, err
	}
	return l.add(mediaType, text), nil
}

// add adds a blob, and describes it.
func (l *layout) add(mediaType string, blob []byte) v1.Descriptor {
	sum := digest.FromBytes(blob)
	l.files = append(l.files, entry{v1.ImageBlobsDir + "/sha256/" + sum.Encoded(), 0o644, blob})
	return v1.Descriptor{MediaType: mediaType, Digest: sum, Size: int64(len(blob))}
}
