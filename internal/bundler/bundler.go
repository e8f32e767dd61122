// Package bundler makes OPA bundles. The same modules give the same bytes on any machine and at any time.
package bundler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
)

// Bundle is a bundle as agents download it: gzip-compressed tar.
type Bundle struct {
	Tarball  []byte
	Signed   []byte // the same with a signature; nil without a key
	Revision string // hex SHA-256 of the modules and the configuration
}

// Build makes a bundle of the modules and the configuration. It activates the bundle as an agent does, so that every bundle
// it gives can be activated. The bundle does not contain conftest's package main, which would conflict with a user's own.
// Without modules it contains only the configuration, for use beside a bundle of the rules. With a nil configuration it
// leaves the configuration to another bundle. With a key it also gives a signed bundle whose signature it has verified.
func Build(ctx context.Context, all []rego.Module, config map[string]any, key *Key) (Bundle, error) {
	served := slices.DeleteFunc(slices.Clone(all), func(module rego.Module) bool { return module.Package() == "main" })
	slices.SortFunc(served, func(a, b rego.Module) int { return strings.Compare(a.Path, b.Path) })
	if len(served) == 0 && config == nil {
		return Bundle{}, errors.New("build the bundle: there are neither policies nor a configuration")
	}
	content, err := assemble(served, config)
	if err != nil {
		return Bundle{}, fmt.Errorf("build the bundle: %w", err)
	}
	return Pack(ctx, content, key)
}

// Pack writes a bundle of content that has a manifest. With a key it also writes a signed bundle. It activates each as an
// agent does.
func Pack(ctx context.Context, content bundle.Bundle, key *Key) (Bundle, error) {
	made := Bundle{Revision: content.Manifest.Revision}
	var err error
	if made.Tarball, err = pack(ctx, content, nil); err != nil || key == nil {
		return made, err
	}
	if err := key.sign(&content); err != nil {
		return made, fmt.Errorf("sign the bundle: %w", err)
	}
	made.Signed, err = pack(ctx, content, key)
	return made, err
}

func pack(ctx context.Context, content bundle.Bundle, key *Key) ([]byte, error) {
	var written bytes.Buffer
	if err := bundle.NewWriter(&written).DisableFormat(true).Write(content); err != nil {
		return nil, fmt.Errorf("build the bundle: %w", err)
	}
	tarball, err := unpackable(written.Bytes())
	if err != nil {
		return nil, fmt.Errorf("build the bundle: %w", err)
	}
	return tarball, check(ctx, tarball, key)
}

func assemble(served []rego.Module, config map[string]any) (bundle.Bundle, error) {
	data := map[string]any{}
	roots := rootsOf(served)
	if config != nil {
		data = map[string]any{"lib": map[string]any{"windows": map[string]any{"config": config}}}
		roots = append(roots, configRoot)
		slices.Sort(roots)
	}
	text, err := json.Marshal(data)
	if err != nil {
		return bundle.Bundle{}, err
	}
	version := 1
	content := bundle.Bundle{
		Manifest: bundle.Manifest{
			Revision: revisionOf(served, text), Roots: &roots, RegoVersion: &version,
			Metadata: map[string]any{"name": "winpolicy", "rules": countRules(served)},
		},
		Data: data,
	}
	for _, module := range served {
		content.Modules = append(content.Modules, bundle.ModuleFile{
			URL: "/" + module.Path, Path: "/" + module.Path, Raw: module.Source, Parsed: module.Parsed,
		})
	}
	return content, nil
}

// countRules gives the number of rules, which the manifest shows to operators.
func countRules(served []rego.Module) int {
	count := 0
	for _, module := range served {
		if strings.HasPrefix(module.Package(), catalog.RulesPackage+".") {
			count++
		}
	}
	return count
}

// configRoot is the path of the configuration in data.
const configRoot = "lib/windows/config"

// rootsOf gives the roots of the bundle: one for each library and rule. So a team's own rules and its configuration
// (lib/windows/config) can load beside the bundle. A root cannot be in another one.
func rootsOf(all []rego.Module) []string {
	var roots []string
	for _, module := range all {
		roots = append(roots, strings.ReplaceAll(module.Package(), ".", "/"))
	}
	slices.Sort(roots)
	roots = slices.Compact(roots)
	return slices.DeleteFunc(slices.Clone(roots), func(root string) bool {
		return slices.ContainsFunc(roots, func(outer string) bool { return strings.HasPrefix(root, outer+"/") })
	})
}

func revisionOf(all []rego.Module, data []byte) string {
	hash := sha256.New()
	for _, module := range all {
		fmt.Fprintf(hash, "%s %d\n%s", module.Path, len(module.Source), module.Source)
	}
	hash.Write(data)
	return hex.EncodeToString(hash.Sum(nil))
}
