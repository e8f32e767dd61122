package cli

import (
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"winpolicy/internal/bundler"
	"winpolicy/internal/compiled"
	"winpolicy/internal/rego"
	"winpolicy/internal/serve/publisher"
)

// bundled is the flags by which a command takes what goes into a bundle.
type bundled struct {
	config  configuration
	ruleset ruleset
	samples string
	key     bundler.KeyFile
}

func (b *bundled) register(command *cobra.Command) {
	command.Flags().StringVar(&b.samples, "samples", "", "folder of samples; nothing is published if the rules disagree with them")
	registerKey(command.Flags(), &b.key)
	b.ruleset.register(command)
	b.config.register(command)
}

func registerKey(flags *pflag.FlagSet, key *bundler.KeyFile) {
	flags.StringVar(&key.Path, "signing-key", "", "private key to sign the bundle with, in PEM")
	flags.StringVar(&key.ID, "signing-key-id", "winpolicy", "name of the public key in the agents' configuration")
	flags.StringVar(&key.Algorithm, "signing-alg", bundler.Algorithms[0], "signing algorithm: "+strings.Join(bundler.Algorithms, ", "))
}

// product gives the modules and what the configuration decides; nil where there is none, so that another bundle can
// bring it.
func (b *bundled) product(command *cobra.Command) ([]rego.Module, map[string]any, error) {
	all, err := b.ruleset.modules()
	if err != nil {
		return nil, nil, err
	}
	facts, err := b.ruleset.facts()
	if err != nil {
		return nil, nil, err
	}
	settings, err := b.config.settings(command, facts)
	return all, settings, err
}

// publication gives the bundles after all tests that come before publishing.
func (b *bundled) publication(command *cobra.Command) (publisher.Publication, error) {
	from := publisher.Publisher{
		Modules:  b.ruleset.modules,
		Settings: func(facts compiled.Facts) (map[string]any, error) { return b.config.settings(command, facts) },
		Samples:  b.samples,
		Key:      b.key,
	}
	return from.Build(command.Context())
}
