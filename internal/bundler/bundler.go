// Package bundler makes OPA bundles: the same modules give the same bytes, on any machine and at any time.
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

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"winpolicy/internal/modules"
)

// Bundle is a bundle as agents download it.
type Bundle struct {
	Tarball  []byte // gzip-compressed tar
	Revision string // hex SHA-256 of the modules and the configuration
}

// Build makes a bundle of the modules and the configuration, and loads it as an agent would, so that no agent is served
// what it cannot activate. conftest's main stays out, where it would fight a user's own. Without modules it holds the
// configuration alone, to load beside a bundle of the rules; with a nil configuration it leaves that to another bundle.
func Build(ctx context.Context, all []modules.Module, config map[string]any) (Bundle, error) {
	served := slices.DeleteFunc(slices.Clone(all), func(module modules.Module) bool { return module.Package() == "main" })
	slices.SortFunc(served, func(a, b modules.Module) int { return strings.Compare(a.Path, b.Path) })
	if len(served) == 0 && config == nil {
		return Bundle{}, errors.New("build the bundle: there are neither policies nor a configuration")
	}
	content, err := assemble(served, config)
	if err != nil {
		return Bundle{}, fmt.Errorf("build the bundle: %w", err)
	}
	var tarball bytes.Buffer
	if err := bundle.NewWriter(&tarball).DisableFormat(true).Write(content); err != nil {
		return Bundle{}, fmt.Errorf("build the bundle: %w", err)
	}
	if err := activate(ctx, tarball.Bytes()); err != nil {
		return Bundle{}, err
	}
	return Bundle{Tarball: tarball.Bytes(), Revision: content.Manifest.Revision}, nil
}

func assemble(served []modules.Module, config map[string]any) (bundle.Bundle, error) {
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
		Manifest: bundle.Manifest{Revision: revisionOf(served, text), Roots: &roots, RegoVersion: &version},
		Data:     data,
	}
	for _, module := range served {
		content.Modules = append(content.Modules, bundle.ModuleFile{
			URL: "/" + module.Path, Path: "/" + module.Path, Raw: module.Source, Parsed: module.Parsed,
		})
	}
	return content, nil
}

// configRoot is where the configuration stands in data.
const configRoot = "lib/windows/config"

// rootsOf names what the bundle owns: each library and rule by itself, so that a team's own rules and configuration
// (lib/windows/config) load beside it.
func rootsOf(all []modules.Module) []string {
	var roots []string
	for _, module := range all {
		root := strings.ReplaceAll(module.Package(), ".", "/")
		if strings.HasPrefix(root, "winpolicy") {
			root = "winpolicy"
		}
		roots = append(roots, root)
	}
	slices.Sort(roots)
	return slices.Compact(roots)
}

func revisionOf(all []modules.Module, data []byte) string {
	hash := sha256.New()
	for _, module := range all {
		fmt.Fprintf(hash, "%s %d\n%s", module.Path, len(module.Source), module.Source)
	}
	hash.Write(data)
	return hex.EncodeToString(hash.Sum(nil))
}

// activate loads the bundle into a store that is thrown away.
func activate(ctx context.Context, tarball []byte) error {
	read, err := bundle.NewReader(bytes.NewReader(tarball)).Read()
	if err != nil {
		return fmt.Errorf("read the bundle back: %w", err)
	}
	store := inmem.New()
	return storage.Txn(ctx, store, storage.WriteParams, func(txn storage.Transaction) error {
		err := bundle.Activate(&bundle.ActivateOpts{
			Ctx: ctx, Store: store, Txn: txn, TxnCtx: storage.NewContext(), Compiler: ast.NewCompiler(),
			Metrics: metrics.New(), Bundles: map[string]*bundle.Bundle{"windows": &read},
		})
		if err != nil {
			return fmt.Errorf("activate the bundle: %w", err)
		}
		return nil
	})
}
