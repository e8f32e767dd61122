// Package bundler makes OPA bundles: the same modules give the same bytes, on any machine and at any time.
package bundler

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	Revision string // hex SHA-256 of the modules
}

// Build makes a bundle of the modules and loads it as an agent would, so that no agent is served what it cannot
// activate. conftest's main stays out, where it would fight a user's own.
func Build(ctx context.Context, all []modules.Module) (Bundle, error) {
	served := slices.DeleteFunc(slices.Clone(all), func(module modules.Module) bool { return module.Package() == "main" })
	if len(served) == 0 {
		return Bundle{}, fmt.Errorf("build the bundle: there are no policies")
	}
	slices.SortFunc(served, func(a, b modules.Module) int { return strings.Compare(a.Path, b.Path) })
	revision := revisionOf(served)
	version := 1
	roots := rootsOf(served)
	content := bundle.Bundle{
		Manifest: bundle.Manifest{Revision: revision, Roots: &roots, RegoVersion: &version},
		Data:     map[string]any{},
	}
	for _, module := range served {
		content.Modules = append(content.Modules, bundle.ModuleFile{
			URL: "/" + module.Path, Path: "/" + module.Path, Raw: module.Source, Parsed: module.Parsed,
		})
	}
	var tarball bytes.Buffer
	if err := bundle.NewWriter(&tarball).DisableFormat(true).Write(content); err != nil {
		return Bundle{}, fmt.Errorf("build the bundle: %w", err)
	}
	if err := activate(ctx, tarball.Bytes()); err != nil {
		return Bundle{}, err
	}
	return Bundle{Tarball: tarball.Bytes(), Revision: revision}, nil
}

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

func revisionOf(all []modules.Module) string {
	hash := sha256.New()
	for _, module := range all {
		fmt.Fprintf(hash, "%s %d\n%s", module.Path, len(module.Source), module.Source)
	}
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
