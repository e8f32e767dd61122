package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/bundle"
	"winpolicy/internal/bundler"
	"winpolicy/internal/config"
	"winpolicy/internal/rego"
	"winpolicy/internal/serve/publisher"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
)

type serveOptions struct {
	config    configuration
	policies  string
	samples   string
	discovery string
	key       publisher.KeyFile
	alone     bool
	rescan    time.Duration
	access    accessOptions
	handler   server.Options
	listening server.Listening
}

func newServe() *cobra.Command {
	var options serveOptions
	command := &cobra.Command{
		Use:   "serve",
		Short: "Serve the bundle to OPA agents",
		Long: `Serve the bundle at ` + server.Path + `, with a signing key at ` + server.SignedPath + ` besides, and
/healthz, /readyz and /metrics. Long polls are held, and answered when a bundle is published.

The configuration, the rules, the samples and every file named are watched. A change is compiled, tested, signed, verified
and activated before it is served; one that fails any of that is refused, and the bundle stays what it was.

It listens on this machine alone unless --addr says otherwise, and then wants TLS. SIGINT and SIGTERM end it.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return options.run(command) },
	}
	flags := command.Flags()
	flags.StringVar(&options.policies, "policies", "", "folder of the rules (default: those of the program)")
	flags.StringVar(&options.samples, "samples", "", "folder of samples that the rules have to agree with")
	flags.StringVar(&options.discovery, "discovery", "", "Rego file to serve as discovery bundle at "+server.DiscoveryPath)
	registerKey(flags, &options.key)
	flags.BoolVar(&options.alone, "single-publisher", false, "no other server has this bundle: sign by ES or PS, and roll agents back at once")
	flags.DurationVar(&options.rescan, "rescan", 10*time.Second, "how often to look at the files that should tell of a change by themselves")
	flags.DurationVar(&options.handler.MaxHold, "max-hold", 50*time.Second, "how long to hold a long poll at most; less than the idle timeout of any load balancer")
	flags.IntVar(&options.handler.MaxWaiters, "max-waiters", 15_000, "how many long polls to hold; more are told to come back later")
	flags.IntVar(&options.listening.MaxConnections, "max-connections", 20_000, "how many connections to have")
	flags.Float64Var(&options.handler.Rate, "rate", 1000, "requests a second and client; 0 is without limit")
	options.access.register(flags)
	options.config.register(command)
	return command
}

func (o *serveOptions) run(command *cobra.Command) error {
	ctx := command.Context()
	if err := o.check(); err != nil {
		return err
	}
	log := newLog(command.ErrOrStderr())
	o.handler.Metrics, o.handler.CurrentOnly, o.listening.Log = server.NewMetrics(), o.alone, log
	access, err := o.access.open()
	if err != nil {
		return err
	}
	o.handler.Authorize, o.listening.TLS = access.authorize, access.tls
	handler := server.NewHandler(o.handler)
	var revision string
	bundles, err := o.bundles(command, func(published map[string][]byte, made string) {
		revision = made
		log.Info("publish", "revision", made) // before those who wait are woken, and take every processor
		handler.Publish(published)
		o.handler.Metrics.Serves(made)
	})
	if err != nil {
		return err
	}
	sources, err := watch.Open(ctx, o.handler.Metrics, log, append(access.sources, bundles)...)
	if err != nil {
		return err
	}
	listener, err := o.access.listen(ctx, log)
	if err != nil {
		return err
	}
	first := revision // the next one may come as soon as the sources are followed
	stop, err := o.access.administer(ctx, o.handler.Metrics, sources, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer stop()
	followed := make(chan struct{})
	go func() { defer close(followed); sources.Follow(ctx, o.rescan) }()
	fmt.Fprintf(command.OutOrStdout(), "serving %s://%s%s, revision %s\n", o.access.scheme(), listener.Addr(), server.Path, first)
	err = server.Serve(ctx, listener, handler, o.listening)
	if ctx.Err() != nil {
		<-followed
	}
	return err
}

func (o *serveOptions) check() error {
	if o.handler.MaxHold < server.MinHold {
		return fmt.Errorf("--max-hold %s: %s is the least, or agents ask without a pause", o.handler.MaxHold, server.MinHold)
	}
	if o.rescan < time.Second {
		return fmt.Errorf("--rescan %s: a second is the least", o.rescan)
	}
	if o.handler.MaxWaiters < 0 || o.listening.MaxConnections < 0 || o.handler.Rate < 0 {
		return errors.New("--max-waiters, --max-connections and --rate cannot be negative")
	}
	if o.key.Path != "" && !bundler.IsReproducible(o.key.Algorithm) && !o.alone {
		return fmt.Errorf("--signing-alg %s signs the same bundle differently each time, so that agents would download again from each replica: use RS256, or --single-publisher if there is one", o.key.Algorithm)
	}
	return nil
}

// bundles gives the source of the bundles. A configuration that is found now is the one to watch.
func (o *serveOptions) bundles(command *cobra.Command, publish func(map[string][]byte, string)) (watch.Source, error) {
	if o.config.file == "" {
		found, err := config.Find(".")
		if err != nil {
			return watch.Source{}, err
		}
		o.config.file = found
	}
	gate := publisher.Publisher{
		Modules: product,
		Settings: func(all []rego.Module) (map[string]any, error) {
			facts, err := factsOf(all)
			if err != nil || o.config.file == "" && o.config.platform == "" {
				return nil, err
			}
			document, err := o.config.load(command, facts)
			if err != nil {
				return nil, err
			}
			return document.Settings(), nil
		},
		Samples: o.samples, Discovery: o.discovery, Key: o.key, Publish: publish,
	}
	if o.policies != "" {
		gate.Modules = func() ([]rego.Module, error) { return rego.Load(watch.Folder(o.policies), bundle.FS) }
	}
	result := watch.Source{Name: "bundle", Load: gate.Load}
	for _, path := range []string{o.policies, o.samples, o.discovery, o.config.file, o.key.Path} {
		if path != "" {
			result.Paths = append(result.Paths, path)
		}
	}
	return result, nil
}

// newLog writes text on a terminal, and JSON where machines read.
func newLog(w io.Writer) *slog.Logger {
	if file, ok := w.(*os.File); ok {
		if info, err := file.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
			return slog.New(slog.NewTextHandler(w, nil))
		}
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}
