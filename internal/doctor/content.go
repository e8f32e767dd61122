package doctor

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/metrics"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// maxFile is what a file in a bundle may hold. Agents take more, but this is not the machine to find out on.
const maxFile = 64 << 20

// content reads and activates a bundle as an agent does.
func (p *probe) content(ctx context.Context, body []byte) {
	if len(body) == 0 {
		p.say("bundle", Fail, "the body is empty: archive read failed")
		return
	}
	reader := bundle.NewReader(bytes.NewReader(body)).WithSizeLimitBytes(maxFile).WithSkipBundleVerification(true)
	read, err := reader.Read()
	if err != nil {
		p.say("bundle", Fail, fmt.Sprintf("an agent cannot read it: %v", err))
		return
	}
	if read.Type() == bundle.DeltaBundleType {
		p.say("bundle", Fail, "an agent without a bundle is sent a delta: it applies it to nothing")
		return
	}
	p.signature(body, len(read.Signatures.Signatures) > 0)
	p.roots(read)
	p.version(read)
	p.activate(ctx, &read)
}

func (p *probe) signature(body []byte, signed bool) {
	switch {
	case p.Verify == nil && signed:
		p.say("signature", Warn, "signed: an agent without keys refuses it with `verification key not provided`; serve an unsigned one besides")
	case p.Verify == nil:
		p.say("signature", Warn, "not signed: an agent with a signing block refuses it")
	default:
		_, err := bundle.NewReader(bytes.NewReader(body)).WithSizeLimitBytes(maxFile).WithBundleVerificationConfig(p.Verify).Read()
		if err != nil {
			p.say("signature", Fail, fmt.Sprintf("an agent with this key refuses it: %v", err))
			return
		}
		p.say("signature", OK, "good by this key")
	}
}

func (p *probe) roots(read bundle.Bundle) {
	var roots []string
	if read.Manifest.Roots != nil {
		roots = *read.Manifest.Roots
	}
	switch {
	case len(roots) == 0 || slices.Contains(roots, ""):
		p.say("roots", Warn, "it owns everything: no other bundle loads beside it")
	case slices.Contains(roots, "partial"):
		p.say("roots", Warn, "it owns partial, as every optimised bundle does: no other of these loads beside it")
	default:
		p.say("roots", OK, strings.Join(roots[:min(len(roots), 3)], ", ")+more(len(roots)-3))
	}
}

func more(count int) string {
	if count <= 0 {
		return ""
	}
	return fmt.Sprintf(" and %d more", count)
}

func (p *probe) version(read bundle.Bundle) {
	switch version := read.Manifest.RegoVersion; {
	case version == nil:
		p.say("rego-version", Warn, "not in the manifest: agents before and after 1.0 read it differently")
	case *version > 1:
		p.say("rego-version", Warn, fmt.Sprintf("%d: agents before 1.22 refuse it", *version))
	default:
		p.say("rego-version", OK, fmt.Sprint(*version))
	}
}

func (p *probe) activate(ctx context.Context, read *bundle.Bundle) {
	store := inmem.New()
	err := storage.Txn(ctx, store, storage.WriteParams, func(txn storage.Transaction) error {
		return bundle.Activate(&bundle.ActivateOpts{
			Ctx: ctx, Store: store, Txn: txn, TxnCtx: storage.NewContext(), Compiler: ast.NewCompiler(),
			Metrics: metrics.New(), Bundles: map[string]*bundle.Bundle{"bundle": read},
		})
	})
	if err != nil {
		p.say("activation", Fail, fmt.Sprintf("an agent downloads it again and again: %v", err))
		return
	}
	p.say("activation", OK, fmt.Sprintf("%d modules, revision %s", len(read.Modules), read.Manifest.Revision))
}
