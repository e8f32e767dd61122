package publisher

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/open-policy-agent/opa/v1/rego"

	"winpolicy/internal/bundler"
)

// discover makes the discovery bundle from a Rego file of package discovery. An agent takes the rest of its configuration from
// the rule config, which may read the agent's labels from opa.runtime(). For an agent without labels config must be an object.
func discover(ctx context.Context, file string, key *bundler.Key) (bundler.Bundle, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return bundler.Bundle{}, fmt.Errorf("read the discovery policy: %w", err)
	}
	module, err := ast.ParseModuleWithOpts(file, string(text), ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return bundler.Bundle{}, err
	}
	if module == nil || module.Package.Path.String() != "data.discovery" {
		return bundler.Bundle{}, fmt.Errorf("%s: not a discovery policy; write `package discovery`", file)
	}
	capabilities := ast.CapabilitiesForThisVersion()
	capabilities.AllowNet = []string{}
	results, err := rego.New(
		rego.Query("data.discovery.config"), rego.ParsedModule(module), rego.Capabilities(capabilities),
		rego.Runtime(ast.MustParseTerm(`{"config": {"labels": {}}}`)),
	).Eval(ctx)
	if err != nil {
		return bundler.Bundle{}, fmt.Errorf("%s: %w", file, err)
	}
	if len(results) != 1 {
		return bundler.Bundle{}, fmt.Errorf("%s: data.discovery.config is undefined for an agent without labels; give it a default", file)
	}
	if _, ok := results[0].Expressions[0].Value.(map[string]any); !ok {
		return bundler.Bundle{}, fmt.Errorf("%s: data.discovery.config is not an object; make it the configuration of an agent", file)
	}
	sum := sha256.Sum256(text)
	roots, version := []string{"discovery"}, 1
	return bundler.Pack(ctx, bundle.Bundle{
		Manifest: bundle.Manifest{Revision: hex.EncodeToString(sum[:]), Roots: &roots, RegoVersion: &version},
		Data:     map[string]any{},
		Modules:  []bundle.ModuleFile{{URL: "/discovery.rego", Path: "/discovery.rego", Raw: text, Parsed: module}},
	}, key)
}
