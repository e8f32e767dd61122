package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/serve/server"
	"winpolicy/internal/static"
)

// staticTree is the flags of `winpolicy bundle` for a static tree.
type staticTree struct {
	folder   string // "" means no tree
	rollback string // digest of an earlier bundle; "" means that a bundle is built
}

// write writes the tree, or rolls it back.
func (s staticTree) write(command *cobra.Command, from *bundled) error {
	if s.rollback != "" {
		return s.rollBack(command)
	}
	made, err := from.publication(command)
	if err != nil {
		return err
	}
	pointers, err := static.Publish(s.folder, made.Bundles[server.Path], made.Bundles[server.SignedPath], made.Revision)
	if err != nil {
		return fmt.Errorf("write the static tree: %w", err)
	}
	for _, pointer := range pointers {
		if err := s.printPointer(command, pointer); err != nil {
			return err
		}
	}
	return nil
}

func (s staticTree) rollBack(command *cobra.Command) error {
	moved, others, err := static.Rollback(command.Context(), s.folder, s.rollback)
	if err != nil {
		return fmt.Errorf("--rollback: %w", err)
	}
	for _, other := range others {
		fmt.Fprintf(command.ErrOrStderr(), "winpolicy: %s still has revision %s; roll it back too, by the digest of its bundle\n", other.Path, other.Revision)
	}
	return s.printPointer(command, moved)
}

func (s staticTree) printPointer(command *cobra.Command, pointer static.Pointer) error {
	_, err := fmt.Fprintf(command.OutOrStdout(), "%s: %s has %s, %d bytes, revision %s\n", s.folder, pointer.Path, pointer.Digest, pointer.Size, pointer.Revision)
	return err
}
