package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/serve/server"
	"winpolicy/internal/static"
)

// writeStatic writes the static tree of `winpolicy bundle --static`, or rolls it back.
func (o *bundleOptions) writeStatic(command *cobra.Command) error {
	if o.rollback != "" {
		return o.rollBack(command)
	}
	made, err := o.publication(command)
	if err != nil {
		return err
	}
	pointers, err := static.Publish(o.static, made.Bundles[server.Path], made.Bundles[server.SignedPath], made.Revision)
	if err != nil {
		return fmt.Errorf("write the static tree: %w", err)
	}
	for _, pointer := range pointers {
		if err := o.printPointer(command, pointer); err != nil {
			return err
		}
	}
	return nil
}

func (o *bundleOptions) rollBack(command *cobra.Command) error {
	moved, others, err := static.Rollback(command.Context(), o.static, o.rollback)
	if err != nil {
		return fmt.Errorf("--rollback: %w", err)
	}
	for _, other := range others {
		fmt.Fprintf(command.ErrOrStderr(), "winpolicy: %s still has revision %s; roll it back too, by the digest of its bundle\n", other.Path, other.Revision)
	}
	return o.printPointer(command, moved)
}

func (o *bundleOptions) printPointer(command *cobra.Command, pointer static.Pointer) error {
	_, err := fmt.Fprintf(command.OutOrStdout(), "%s: %s has %s, %d bytes, revision %s\n", o.static, pointer.Path, pointer.Digest, pointer.Size, pointer.Revision)
	return err
}
