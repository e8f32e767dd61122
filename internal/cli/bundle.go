package cli

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"winpolicy/internal/bundler"
	"winpolicy/internal/compiled"
	"winpolicy/internal/files"
	"winpolicy/internal/rego"
)

type bundleOptions struct {
	config     configuration
	ruleset    ruleset
	path       string
	folder     string
	configOnly bool
	key        bundler.KeyFile
}

func newBundle() *cobra.Command {
	var options bundleOptions
	command := &cobra.Command{
		Use:   "bundle",
		Short: "Write the OPA bundle, or a folder for conftest",
		Long: `Write the OPA bundle, a tar.gz that OPA agents load. The same program and configuration always write the same bytes.

An agent asks for winpolicy/admission/response, a whole AdmissionReview, or for winpolicy/deny and winpolicy/warn.

--signing-key signs the bundle for agents that have the public key.

--dir writes a folder instead, for conftest test -p DIR -d DIR.`,
		Example: "  winpolicy bundle -o bundle.tar.gz\n  winpolicy bundle --dir policy && conftest test -p policy -d policy deploy/*.yaml",
		Args:    cobra.NoArgs,
		RunE:    func(command *cobra.Command, _ []string) error { return options.run(command) },
	}
	flags := command.Flags()
	flags.StringVarP(&options.path, "output", "o", "bundle.tar.gz", "file to write; - is standard output")
	flags.StringVar(&options.folder, "dir", "", "folder to write instead of a bundle")
	flags.BoolVar(&options.configOnly, "config-only", false, "write only the configuration, for agents that load the rules from another bundle")
	registerKey(flags, &options.key)
	command.MarkFlagsMutuallyExclusive("output", "dir")
	command.MarkFlagsMutuallyExclusive("signing-key", "dir")
	command.MarkFlagsMutuallyExclusive("config-only", "dir")
	options.ruleset.register(command)
	options.config.register(command)
	return command
}

func (o *bundleOptions) run(command *cobra.Command) error {
	all, settings, err := o.product(command)
	if err != nil {
		return err
	}
	if o.folder != "" {
		if err := bundler.Folder(o.folder, all, settings); err != nil {
			return fmt.Errorf("write the folder: %w", err)
		}
		_, err := fmt.Fprintf(command.OutOrStdout(), "%s: for conftest test -p %s -d %s\n", o.folder, o.folder, o.folder)
		return err
	}
	if o.configOnly {
		if settings == nil {
			return errors.New("--config-only: there is no configuration, name one with --config")
		}
		all = nil
	}
	key, err := o.key.Read()
	if err != nil {
		return err
	}
	made, err := bundler.Build(command.Context(), all, settings, key)
	if err != nil {
		return err
	}
	if key != nil {
		made.Tarball = made.Signed
	}
	if o.path == "-" {
		_, err := command.OutOrStdout().Write(made.Tarball)
		return err
	}
	if err := files.Write(o.path, made.Tarball); err != nil {
		return fmt.Errorf("write the bundle: %w", err)
	}
	_, err = fmt.Fprintf(command.OutOrStdout(), "%s: %d bytes, revision %s\n", o.path, len(made.Tarball), made.Revision)
	return err
}

func registerKey(flags *pflag.FlagSet, key *bundler.KeyFile) {
	flags.StringVar(&key.Path, "signing-key", "", "private key to sign the bundle with, in PEM")
	flags.StringVar(&key.ID, "signing-key-id", "winpolicy", "name of the public key in the agents' configuration")
	flags.StringVar(&key.Algorithm, "signing-alg", bundler.Algorithms[0], "signing algorithm: "+strings.Join(bundler.Algorithms, ", "))
}

// product gives the modules and what the configuration decides; nil where there is none, so that another bundle can
// bring it.
func (o *bundleOptions) product(command *cobra.Command) ([]rego.Module, map[string]any, error) {
	all, err := o.ruleset.modules()
	if err != nil {
		return nil, nil, err
	}
	facts, err := compiled.FactsOf(all)
	if err != nil {
		return nil, nil, err
	}
	document, err := o.config.load(command, facts)
	if err != nil || document == nil {
		return all, nil, err
	}
	return all, document.Settings(), nil
}
