package cli

import (
	"fmt"
	"log/slog"
	"net"

	"github.com/spf13/cobra"

	"winpolicy/internal/bundler"
	"winpolicy/internal/server"
)

func newServe() *cobra.Command {
	var address string
	var source configuration
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve the bundle to OPA agents over HTTP",
		Long: `Serve the bundle at ` + server.Path + ` with a strong ETag, and /healthz and /readyz.

It listens on this machine alone unless --addr says otherwise. SIGINT and SIGTERM end it.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			all, settings, err := source.product(command)
			if err != nil {
				return err
			}
			made, err := bundler.Build(command.Context(), all, settings)
			if err != nil {
				return err
			}
			var listening net.ListenConfig
			listener, err := listening.Listen(command.Context(), "tcp", address)
			if err != nil {
				return fmt.Errorf("--addr %s: %w", address, err)
			}
			fmt.Fprintf(command.OutOrStdout(), "serving http://%s%s, revision %s\n", listener.Addr(), server.Path, made.Revision)
			log := slog.New(slog.NewTextHandler(command.ErrOrStderr(), nil))
			return server.Serve(command.Context(), listener, server.NewHandler(made.Tarball), log)
		},
	}
	command.Flags().StringVar(&address, "addr", "127.0.0.1:8282", "address to listen on")
	source.register(command)
	return command
}
