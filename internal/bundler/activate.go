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

// Activate loads a bundle into an empty store in memory, as an agent without a bundle does. An error means that the agent
// would reject the bundle.
func Activate(ctx context.Context, read *bundle.Bundle) error {
	store := inmem.New()
	return storage.Txn(ctx, store, storage.WriteParams, func(txn storage.Transaction) error {
		return bundle.Activate(&bundle.ActivateOpts{
			Ctx: ctx, Store: store, Txn: txn, TxnCtx: storage.NewContext(), Compiler: ast.NewCompiler(),
			Metrics: metrics.New(), Bundles: map[string]*bundle.Bundle{"windows": read},
		})
	})
}

// check reads a bundle back and activates it. With a key it also verifies the signature.
func check(ctx context.Context, tarball []byte, key *Key) error {
	reader := bundle.NewReader(bytes.NewReader(tarball))
	if key != nil {
		reader = reader.WithBundleVerificationConfig(key.verification())
	}
	read, err := reader.Read()
	if err != nil {
		return fmt.Errorf("read the bundle back: %w", err)
	}
	if err := Activate(ctx, &read); err != nil {
		return fmt.Errorf("activate the bundle: %w", err)
	}
	return nil
}
