package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/bundler"
	"winpolicy/internal/files"
)

type bundleOptions struct {
	bundled
	path       string
	folder     string
	configOnly bool
	tree       staticTree
}

func newBundle() *cobra.Command {
	var options bundleOptions
	command := &cobra.Command{
		Use:   "bundle",
		Short: "Write the OPA bundle, a folder for conftest, or a static tree for web servers and buckets",
		Long: `Write the OPA bundle, a tar.gz that OPA agents load. The same program and configuration always write the same bytes.

An agent asks for winpolicy/admission/response, a whole AdmissionReview, or for winpolicy/deny and winpolicy/warn.

--signing-key signs the bundle for agents that have the public key.

--dir writes a folder instead, for conftest test -p DIR -d DIR.

--static writes a folder that a web server, a bucket or a CDN serves to agents. First it runs the tests that winpolicy serve
runs before it publishes. The folder has each bundle under its digest, the file that agents ask for, a configuration for nginx,
and scripts that upload to buckets. With --rollback agents get an earlier bundle again.`,
		Example: `  winpolicy bundle -o bundle.tar.gz
  winpolicy bundle --dir policy && conftest test -p policy -d policy deploy/*.yaml
  winpolicy bundle --static www --signing-key signing.pem && sh www/upload/s3.sh s3://my-bucket`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return options.run(command) },
	}
	flags := command.Flags()
	flags.StringVarP(&options.path, "output", "o", "bundle.tar.gz", "file to write; - is standard output")
	flags.StringVar(&options.folder, "dir", "", "folder to write instead of a bundle")
	flags.BoolVar(&options.configOnly, "config-only", false, "write only the configuration, for agents that load the rules from another bundle")
	flags.StringVar(&options.tree.folder, "static", "", "folder to write a static tree into; earlier bundles in it stay")
	flags.StringVar(&options.tree.rollback, "rollback", "", "digest of a bundle in the static tree that agents get again; builds nothing")
	options.register(command)
	for _, pair := range [][]string{
		{"output", "dir"}, {"output", "static"}, {"dir", "static"}, {"signing-key", "dir"}, {"config-only", "dir"}, {"config-only", "static"},
		{"rollback", "output"}, {"rollback", "dir"}, {"rollback", "config-only"}, {"rollback", "signing-key"}, {"rollback", "samples"},
	} {
		command.MarkFlagsMutuallyExclusive(pair...)
	}
	return command
}

func (o *bundleOptions) run(command *cobra.Command) error {
	if o.tree.folder != "" {
		return o.tree.write(command, &o.bundled)
	}
	if o.tree.rollback != "" || o.samples != "" {
		return errors.New("--rollback and --samples go with --static: name the folder of the tree")
	}
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
