// Package publisher builds the bundles that agents load from the files that people edit. It returns a bundle only if the rules
// compile, their METADATA is valid, the samples agree with them, the signature is valid and an agent can activate the bundle.
package publisher

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"winpolicy/internal/bundler"
	"winpolicy/internal/catalog"
	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
)

// Publisher says from what to build the bundles.
type Publisher struct {
	Modules   func() ([]rego.Module, error)                // reads the rules and the bundle's entry points
	Settings  func(compiled.Facts) (map[string]any, error) // reads the configuration, which may name only these rules; nil means none
	Samples   string                                       // folder of samples; "" means none
	Discovery string                                       // Rego file of the discovery bundle; "" means none
	Key       bundler.KeyFile
	Files     []string // files and folders that Modules and Settings read; "" is ignored
}

// Paths returns the files and folders that Build reads.
func (p Publisher) Paths() []string {
	all := append([]string{p.Samples, p.Discovery, p.Key.Path}, p.Files...)
	return slices.DeleteFunc(all, func(path string) bool { return path == "" })
}

// Publication is the result of Build.
type Publication struct {
	Bundles  map[string][]byte // by path of the server; nil for a bundle that is not signed
	Revision string            // of the bundle with the rules
	Facts    compiled.Facts    // about its rules
	Settings map[string]any    // its configuration; nil means none
}

// Build builds and checks the bundles. The error names the file, and the line if there is one.
func (p Publisher) Build(ctx context.Context) (Publication, error) {
	all, err := p.Modules()
	if err != nil {
		return Publication{}, err
	}
	facts, err := compiled.FactsOf(all)
	if err != nil {
		return Publication{}, err
	}
	settings, err := p.Settings(facts)
	if err != nil {
		return Publication{}, err
	}
	if err := p.judge(ctx, all, facts.Rules, settings); err != nil {
		return Publication{}, err
	}
	key, err := p.Key.Read()
	if err != nil {
		return Publication{}, err
	}
	made, err := bundler.Build(ctx, all, settings, key)
	if err != nil {
		return Publication{}, err
	}
	bundles := map[string][]byte{server.Path: made.Tarball, server.SignedPath: made.Signed}
	if p.Discovery != "" {
		discovery, err := discover(ctx, p.Discovery, key)
		if err != nil {
			return Publication{}, err
		}
		bundles[server.DiscoveryPath], bundles[server.SignedDiscoveryPath] = discovery.Tarball, discovery.Signed
	}
	return Publication{bundles, made.Revision, facts, settings}, nil
}

// judge evaluates the rules with the configuration that is to be published, and the samples with the configurations that they
// name.
func (p Publisher) judge(ctx context.Context, all []rego.Module, rules []catalog.Rule, settings map[string]any) error {
	compiler, err := rego.Compile(all)
	if err != nil {
		return err
	}
	engines := engines{compiler: compiler, byData: map[string]*engine.Engine{}}
	prepared, err := engines.get(ctx, engine.Data{Config: settings})
	if err != nil {
		return err
	}
	for _, pod := range probes {
		if _, err := prepared.Judge(ctx, pod); err != nil {
			return fmt.Errorf("evaluate the rules: %w", err)
		}
	}
	samples, err := p.samples(catalog.Own(rules))
	if err != nil {
		return fmt.Errorf("read the samples: %w", err)
	}
	var problems []error
	for _, one := range samples {
		if ctx.Err() != nil {
			return context.Cause(ctx) // the server stops
		}
		problems = append(problems, one.Judge(ctx, engines.get))
	}
	if err := errors.Join(problems...); err != nil {
		return fmt.Errorf("the rules disagree with the samples: %w", err)
	}
	return nil
}

// samples reads those of the folder, which say nothing of a team's own rules, and those beside the own rules, whose ids come
// by folder.
func (p Publisher) samples(own map[string][]string) ([]sample.Sample, error) {
	var samples []sample.Sample
	if p.Samples != "" {
		some, err := sample.Read(watch.Folder(p.Samples))
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			return nil, fmt.Errorf("%s: the folder has no sample; add one, or leave --samples out", p.Samples)
		}
		mine := slices.Concat(slices.Collect(maps.Values(own))...)
		for i := range some {
			some[i].About = func(rule string) bool { return !slices.Contains(mine, rule) }
		}
		samples = some
	}
	for _, folder := range catalog.Names(own) {
		some, err := sample.ReadOwn(watch.Folder(folder), own[folder])
		if err != nil {
			return nil, err
		}
		samples = append(samples, some...)
	}
	return samples, nil
}

// probes are pods that the rules must evaluate without an error, whatever they find.
var probes = []map[string]any{
	{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "linux"}, "spec": map[string]any{
		"containers": []any{map[string]any{"name": "web", "image": "web"}},
	}},
	{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "windows"}, "spec": map[string]any{
		"os": map[string]any{"name": "windows"}, "hostPID": true,
		"containers": []any{map[string]any{"name": "web", "image": "web"}},
	}},
}
