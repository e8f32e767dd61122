package bundler

import (
	"bytes"
	"context"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// activate reads the bundle back, verifies its signature where a key is given, and loads it into a store that is thrown
// away: what an agent does that has nothing yet.
func activate(ctx context.Context, tarball []byte, key *Key) error {
	reader := bundle.NewReader(bytes.NewReader(tarball))
	if key != nil {
		reader = reader.WithBundleVerificationConfig(key.verification())
	}
	read, err := reader.Read()
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
