package doctor

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"

	"winpolicy/internal/bundler"
)

// maxFile bounds a file in a bundle, in bytes. Agents accept larger files, but no policy needs them.
const maxFile = 64 << 20

// content reads and activates a bundle as an agent does.
func (p *probe) content(ctx context.Context, body []byte) {
	if len(body) == 0 {
		p.report("bundle", Fail, "The body is empty, so an agent has nothing to load. Send the bundle.")
		return
	}
	reader := bundle.NewReader(bytes.NewReader(body)).WithSizeLimitBytes(maxFile).WithSkipBundleVerification(true)
	read, err := reader.Read()
	if err != nil {
		p.report("bundle", Fail, fmt.Sprintf("An agent cannot read the bundle: %v.", err))
		return
	}
	if read.Type() == bundle.DeltaBundleType {
		p.report("bundle", Fail, "The server sends a delta to an agent without a bundle, and the agent cannot apply it. Send a snapshot.")
		return
	}
	isSigned, err := bundler.IsSigned(body)
	if err != nil {
		p.report("bundle", Fail, fmt.Sprintf("An agent cannot read the bundle: %v.", err))
		return
	}
	p.signature(body, isSigned)
	p.roots(read)
	p.version(read)
	p.activation(ctx, &read)
}

func (p *probe) signature(body []byte, isSigned bool) {
	switch {
	case p.Verify == nil && isSigned:
		p.report("signature", Warn, "The bundle is signed. An agent without keys rejects it with `verification key not provided`. Serve an unsigned bundle too.")
	case p.Verify == nil:
		p.report("signature", Warn, "The bundle is not signed. An agent with a signing block rejects it. Serve a signed bundle too.")
	default:
		_, err := bundle.NewReader(bytes.NewReader(body)).WithSizeLimitBytes(maxFile).WithBundleVerificationConfig(p.Verify).Read()
		if err != nil {
			p.report("signature", Fail, fmt.Sprintf("An agent with this key rejects the bundle: %v.", err))
			return
		}
		p.report("signature", OK, "verified with this key")
	}
}

func (p *probe) roots(read bundle.Bundle) {
	var roots []string
	if read.Manifest.Roots != nil {
		roots = *read.Manifest.Roots
	}
	switch {
	case len(roots) == 0 || slices.Contains(roots, ""):
		p.report("roots", Warn, "The bundle owns everything, so an agent loads no other bundle beside it. List the roots in its manifest.")
	case slices.Contains(roots, "partial"):
		p.report("roots", Warn, "The bundle owns partial, as every optimized bundle does. An agent loads only one such bundle.")
	default:
		p.report("roots", OK, strings.Join(roots[:min(len(roots), 3)], ", ")+more(len(roots)-3))
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
		p.report("rego-version", Warn, "The manifest has no rego_version, so agents before and after 1.0 read the bundle differently. Set it.")
	case *version > 1:
		p.report("rego-version", Warn, fmt.Sprintf("The rego_version is %d. Agents before 1.22 reject the bundle. Use 1.", *version))
	default:
		p.report("rego-version", OK, fmt.Sprint(*version))
	}
}

func (p *probe) activation(ctx context.Context, read *bundle.Bundle) {
	if err := bundler.Activate(ctx, read); err != nil {
		p.report("activation", Fail, fmt.Sprintf("An agent cannot activate the bundle, so it downloads the bundle again and again: %v.", err))
		return
	}
	p.report("activation", OK, fmt.Sprintf("%d modules, revision %s", len(read.Modules), read.Manifest.Revision))
}
