package cli

import (
	"io"
	"log/slog"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"winpolicy/bundle"
	"winpolicy/internal/compiled"
	"winpolicy/internal/rego"
	"winpolicy/internal/serve"
	"winpolicy/internal/serve/access"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
	"winpolicy/policies"
)

type serveOptions struct {
	serve.Options
	config  configuration
	ruleset ruleset
}

func newServe() *cobra.Command {
	var options serveOptions
	command := &cobra.Command{
		Use:         "serve",
		Annotations: map[string]string{drains: "yes"},
		Short:       "Serve the bundle to OPA agents",
		Long: `Serve the bundle at ` + server.Path + `. With --signing-key, also serve it signed at
` + server.SignedPath + `. /healthz, /readyz and /metrics are for probes and Prometheus. Agents post their status at
` + server.StatusPath + `. The page at / shows
which revision each of them runs, the rules, and what they find in a manifest that you paste; /fleet has the fleet as JSON. Both are
on --admin-addr, and on --addr if only this machine reaches that without credentials.

The server holds long polls, and answers them when it publishes a bundle.

It watches the configuration, the rules, the samples and every file that a flag names. It compiles, tests, signs, verifies and
activates each change before it publishes the bundle. If one of these steps fails, the previous bundle stays in use.

By default only this machine reaches the server. An --addr that other machines reach needs TLS. SIGINT and SIGTERM stop the
server.`,
		Example: "  winpolicy serve --addr 127.0.0.1:8282 --signing-key signing.pem",
		Args:    cobra.NoArgs,
		RunE:    func(command *cobra.Command, _ []string) error { return options.run(command) },
	}
	flags := command.Flags()
	flags.StringVar(&options.Publisher.Samples, "samples", "", "folder of samples; a change is rejected if the rules disagree with them")
	flags.StringVar(&options.Publisher.Discovery, "discovery", "", "Rego file to serve as discovery bundle at "+server.DiscoveryPath)
	registerKey(flags, &options.Publisher.Key)
	flags.BoolVar(&options.SinglePublisher, "single-publisher", false, "you run only this server: allow ES and PS signatures, and let agents roll back at once")
	flags.DurationVar(&options.Rescan, "rescan", 10*time.Second, "how often to compare the watched files, because some file systems report no changes")
	flags.DurationVar(&options.MaxHold, "max-hold", 50*time.Second, "longest time to hold a long poll; keep it below the idle timeout of your load balancers")
	flags.IntVar(&options.MaxWaiters, "max-waiters", 15_000, "long polls to hold at once; further agents get 503 and ask again later")
	flags.IntVar(&options.MaxConnections, "max-connections", 20_000, "connections to keep open at once; 0 means no limit")
	flags.Float64Var(&options.Rate, "rate", 1000, "requests a second that each client may send; 0 means no limit")
	registerAccess(flags, &options.Access)
	options.ruleset.register(command)
	options.config.register(command)
	return command
}

func registerAccess(flags *pflag.FlagSet, options *access.Options) {
	flags.StringVar(&options.Address, "addr", "127.0.0.1:8282", "address to listen on")
	flags.StringVar(&options.AdminAddress, "admin-addr", "", "loopback address for the page at /, /fleet, /metrics and /debug/pprof")
	flags.BoolVar(&options.InsecureHTTP, "insecure-http", false, "allow an address that other machines reach without TLS")
	flags.StringVar(&options.Files.Certificate, "tls-cert", "", "file with the server's certificate, in PEM")
	flags.StringVar(&options.Files.Key, "tls-key", "", "file with the private key of the certificate, in PEM")
	flags.StringVar(&options.Files.ClientCA, "client-ca", "", "file with the CA of the clients' certificates, in PEM; clients need such a certificate")
	flags.StringVar(&options.Tokens, "tokens", "", "file with the SHA-256 hashes of accepted bearer tokens; clients need such a token")
}

func (o *serveOptions) run(command *cobra.Command) error {
	if err := o.read(command); err != nil {
		return err
	}
	return serve.Run(command.Context(), o.Options, command.OutOrStdout(), newLog(command.ErrOrStderr()))
}

// read says how to read the rules and the configuration. It looks for the configuration only once, because the server has to
// know which file to watch.
func (o *serveOptions) read(command *cobra.Command) error {
	if err := o.config.search(); err != nil {
		return err
	}
	o.Publisher.Files = append(slices.Clone(o.ruleset.folders), o.config.file)
	o.Publisher.Modules = func() ([]rego.Module, error) {
		// Not product, which keeps the parsed rules: the garbage collector would mark them again and again.
		all, err := rego.Load(policies.FS, bundle.FS)
		if err != nil {
			return nil, err
		}
		return o.ruleset.add(all, watch.Folder)
	}
	o.Publisher.Settings = func(facts compiled.Facts) (map[string]any, error) {
		return o.config.settings(command, facts)
	}
	return nil
}

// newLog writes text to a terminal, and JSON to anything else.
func newLog(w io.Writer) *slog.Logger {
	if file, ok := w.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(slog.NewTextHandler(w, nil))
		}
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
