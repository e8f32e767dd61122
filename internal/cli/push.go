package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/oci"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/version"
)

type pushOptions struct {
	bundled
	ca        string
	plainHTTP bool
	rollback  string
}

func newPush() *cobra.Command {
	var options pushOptions
	command := &cobra.Command{
		Use:   "push oci://REGISTRY/REPOSITORY:TAG",
		Short: "Push the OPA bundle to a registry, for OPA agents and conftest",
		Long: `Push the OPA bundle to a registry, as an image that OPA agents (services of type oci) and conftest pull. push first runs the tests
that winpolicy serve runs before it publishes. The tag moves last. The same program and configuration make the same image.

push prints the image with its digest. Sign it with cosign: cosign sign $(winpolicy push oci://…).

--signing-key signs the bundle in the image, for agents that have the public key. Agents without a key reject it, so push it to
a tag of its own.

Credentials come from Docker's configuration, where docker login writes them. --rollback moves the tag to an image that the
registry has already.

Exit code 0: the tag names the image. 2: it does not.`,
		Example: `  winpolicy push oci://registry.example.com/policies/windows:prod
  winpolicy push oci://registry.example.com/policies/windows:prod-signed --signing-key signing.pem
  winpolicy push oci://registry.example.com/policies/windows:prod --rollback sha256:…`,
		Args:              cobra.ExactArgs(1),
		ValidArgsFunction: cobra.FixedCompletions([]string{"oci://"}, cobra.ShellCompDirectiveNoSpace|cobra.ShellCompDirectiveNoFileComp),
		RunE:              func(command *cobra.Command, args []string) error { return options.run(command, args[0]) },
	}
	flags := command.Flags()
	flags.StringVar(&options.ca, "ca", "", "CA of the registry's certificate, in PEM, in place of those of the system")
	flags.BoolVar(&options.plainHTTP, "plain-http", false, "ask the registry without TLS; a registry on this machine is asked so unless you give --ca")
	flags.StringVar(&options.rollback, "rollback", "", "digest of an image in the repository to move the tag to; pushes nothing else")
	options.register(command)
	command.MarkFlagsMutuallyExclusive("ca", "plain-http")
	command.MarkFlagsMutuallyExclusive("rollback", "signing-key")
	command.MarkFlagsMutuallyExclusive("rollback", "samples")
	return command
}

func (o *pushOptions) run(command *cobra.Command, name string) error {
	roots, err := readCA(o.ca)
	if err != nil {
		return err
	}
	target, err := oci.NewTarget(name, oci.Options{PlainHTTP: o.plainHTTP, Roots: roots, UserAgent: version.Program()})
	if err != nil {
		return err
	}
	digest := o.rollback
	if digest != "" {
		err = target.Rollback(command.Context(), digest)
	} else {
		digest, err = o.push(command, target)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(command.OutOrStdout(), "%s@%s\n", target.Name(), digest)
	return err
}

func (o *pushOptions) push(command *cobra.Command, target *oci.Target) (string, error) {
	made, err := o.publication(command)
	if err != nil {
		return "", err
	}
	bundle := made.Bundles[server.Path]
	if o.key.Path != "" {
		bundle = made.Bundles[server.SignedPath]
	}
	digest, err := target.Push(command.Context(), bundle, made.Revision)
	if err != nil {
		return "", err
	}
	fmt.Fprintf(command.ErrOrStderr(), "%s:%s: %d bytes, revision %s\n", target.Name(), target.Tag(), len(bundle), made.Revision)
	return digest, nil
}
