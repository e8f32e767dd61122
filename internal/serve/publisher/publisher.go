// Package publisher is the gate between the files that people edit and the bundles that agents load: what does not
// compile, keep its METADATA, agree with its samples, verify and activate is not published.
package publisher

import (
	"context"
	"errors"
	"fmt"

	"winpolicy/internal/bundler"
	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
)

// KeyFile is where the signing key is. Without a Path nothing is signed.
type KeyFile struct {
	Path      string
	ID        string // the keyid that agents know the public key by
	Algorithm string
}

// Publisher builds bundles from its sources.
type Publisher struct {
	Modules   func() ([]rego.Module, error)               // the rules and the bundle's entry points
	Settings  func([]rego.Module) (map[string]any, error) // the configuration by those rules; nil is none
	Samples   string                                      // folder of samples; "" is none
	Discovery string                                      // Rego file of the discovery bundle; "" is none
	Key       KeyFile
	Publish   func(bundles map[string][]byte, revision string) // by path
}

// Load builds the bundles and publishes them, or leaves published what is, and says why.
func (p Publisher) Load(ctx context.Context) error {
	all, err := p.Modules()
	if err != nil {
		return err
	}
	if _, err := catalog.Load(all); err != nil {
		return err
	}
	settings, err := p.Settings(all)
	if err != nil {
		return err
	}
	if err := p.judge(ctx, all, settings); err != nil {
		return err
	}
	var key *bundler.Key
	if p.Key.Path != "" {
		if key, err = bundler.ReadKey(p.Key.Path, p.Key.ID, p.Key.Algorithm); err != nil {
			return err
		}
	}
	made, err := bundler.Build(ctx, all, settings, key)
	if err != nil {
		return err
	}
	bundles := map[string][]byte{server.Path: made.Tarball, server.SignedPath: made.Signed}
	if p.Discovery != "" {
		discovery, err := discover(ctx, p.Discovery, key)
		if err != nil {
			return err
		}
		bundles[server.DiscoveryPath], bundles[server.SignedDiscoveryPath] = discovery.Tarball, discovery.Signed
	}
	p.Publish(bundles, made.Revision)
	return nil
}

// judge evaluates the rules with the configuration to publish, and with those of the samples.
func (p Publisher) judge(ctx context.Context, all []rego.Module, settings map[string]any) error {
	compiler, err := rego.Compile(all)
	if err != nil {
		return err
	}
	engines := engines{compiler: compiler, byData: map[string]*engine.Engine{}}
	rules, err := engines.get(ctx, engine.Data{Config: settings})
	if err != nil {
		return err
	}
	for _, pod := range probes {
		if _, err := rules.Judge(ctx, pod); err != nil {
			return fmt.Errorf("judge a pod with the rules: %w", err)
		}
	}
	if p.Samples == "" {
		return nil
	}
	samples, err := sample.Read(watch.Folder(p.Samples))
	if err != nil {
		return fmt.Errorf("read the samples: %w", err)
	}
	if len(samples) == 0 {
		return fmt.Errorf("%s: there is no sample", p.Samples)
	}
	var problems []error
	for _, one := range samples {
		problems = append(problems, one.Judge(ctx, engines.get))
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("test the samples: %w", err)
	}
	return nil
}

// probes are pods that any rules have to have a verdict on.
var probes = []map[string]any{
	{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "linux"}, "spec": map[string]any{
		"containers": []any{map[string]any{"name": "web", "image": "web"}},
	}},
	{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "windows"}, "spec": map[string]any{
		"os": map[string]any{"name": "windows"}, "hostPID": true,
		"containers": []any{map[string]any{"name": "web", "image": "web"}},
	}},
}
