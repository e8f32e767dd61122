// Package release makes the files of a release from a checkout: an archive and an SBOM for each platform, an image, the
// files that clusters need, and their checksums. The same commit and the same Go give the same bytes.
package release

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/files"
)

// Make replaces the folder Out with the files of a release.
func Make(ctx context.Context, options Options) error {
	if err := options.validate(); err != nil {
		return err
	}
	builds, err := buildAll(ctx, options)
	if err != nil {
		return err
	}
	described := describe(options, builds[0])
	content, err := assets(ctx, options, described.time)
	if err != nil {
		return err
	}
	shared, err := companions(ctx, options)
	if err != nil {
		return err
	}
	for _, one := range builds {
		if err := addProgram(content, one, described, shared); err != nil {
			return fmt.Errorf("%s: %w", one.platform, err)
		}
	}
	if err := addImage(content, builds, described, options.Root); err != nil {
		return fmt.Errorf("image: %w", err)
	}
	content["checksums.txt"] = checksums(content)
	return files.WriteFolder(options.Out, content)
}

// addProgram adds the archive and the SBOM of a build. shared is what every archive holds beside its program.
func addProgram(content map[string][]byte, built build, described description, shared []entry) error {
	name := described.prefix() + built.platform.OS + "_" + built.platform.Arch
	members := slices.Concat(shared, []entry{
		{name: built.platform.program(), mode: 0o755, body: built.program},
		{name: licensesFile, mode: 0o644, body: built.licenses},
	})
	archive, extension, err := pack(built.platform, members, described.time)
	if err != nil {
		return err
	}
	content[name+extension] = archive
	content[name+".cdx.json"], err = bill(built, described)
	return err
}

// checksums lists the SHA-256 of each file in the form that sha256sum -c reads.
func checksums(content map[string][]byte) []byte {
	var text strings.Builder
	for _, name := range slices.Sorted(maps.Keys(content)) {
		fmt.Fprintf(&text, "%x  %s\n", sha256.Sum256(content[name]), name)
	}
	return []byte(text.String())
}
