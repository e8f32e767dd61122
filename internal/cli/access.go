package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"

	"github.com/spf13/pflag"

	"winpolicy/internal/serve/access"
	"winpolicy/internal/serve/server"
	"winpolicy/internal/serve/watch"
)

// accessOptions are the flags that say who reaches the server.
type accessOptions struct {
	address  string
	admin    string
	insecure bool
	files    access.CertificateFiles
	tokens   string
}

// reach is who may ask, and what has to be watched to know it.
type reach struct {
	tls       *tls.Config
	authorize func(*http.Request) (string, bool)
	sources   []watch.Source
}

func (o *accessOptions) register(flags *pflag.FlagSet) {
	flags.StringVar(&o.address, "addr", "127.0.0.1:8282", "address to listen on")
	flags.StringVar(&o.admin, "admin-addr", "", "address on this machine for /status, /metrics and /debug/pprof")
	flags.BoolVar(&o.insecure, "insecure-http", false, "listen beyond this machine without TLS")
	flags.StringVar(&o.files.Certificate, "tls-cert", "", "certificate, in PEM")
	flags.StringVar(&o.files.Key, "tls-key", "", "private key of the certificate, in PEM")
	flags.StringVar(&o.files.ClientCA, "client-ca", "", "CA that signs the certificates clients have to have, in PEM")
	flags.StringVar(&o.tokens, "tokens", "", "file of the bearer tokens clients have to have, as hashes")
}

// open gives what the flags ask for. Where certificates and tokens are asked of clients, both have to be right.
func (o *accessOptions) open() (reach, error) {
	var result reach
	if (o.files.Certificate == "") != (o.files.Key == "") {
		return result, errors.New("--tls-cert and --tls-key: name both")
	}
	if o.files.ClientCA != "" && o.files.Certificate == "" {
		return result, errors.New("--client-ca: clients show certificates to a server that has one, name --tls-cert")
	}
	if o.files.Certificate != "" {
		store := access.NewCertificates(o.files)
		paths := []string{o.files.Certificate, o.files.Key}
		if o.files.ClientCA != "" {
			paths = append(paths, o.files.ClientCA)
			result.authorize = access.ClientName
		}
		result.tls = store.TLS()
		result.sources = append(result.sources, watch.Source{
			Name: "certificate", Paths: paths, Load: func(context.Context) error { return store.Load() },
		})
	}
	if o.tokens != "" {
		store := access.NewTokens(o.tokens)
		result.authorize = both(result.authorize, store.Name)
		result.sources = append(result.sources, watch.Source{
			Name: "tokens", Paths: []string{o.tokens}, Load: func(context.Context) error { return store.Load() },
		})
	}
	return result, nil
}

// both asks for what each of two wants; first may be nil.
func both(first, second func(*http.Request) (string, bool)) func(*http.Request) (string, bool) {
	if first == nil {
		return second
	}
	return func(r *http.Request) (string, bool) {
		if _, ok := first(r); !ok {
			return "", false
		}
		return second(r)
	}
}

func (o *accessOptions) scheme() string {
	if o.files.Certificate != "" {
		return "https"
	}
	return "http"
}

// listen refuses to be reached from elsewhere in plain text, unless that is what was asked for.
func (o *accessOptions) listen(ctx context.Context, log *slog.Logger) (net.Listener, error) {
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", o.address)
	if err != nil {
		return nil, fmt.Errorf("--addr %s: %w", o.address, err)
	}
	switch local := isLocal(listener); {
	case local:
	case o.files.Certificate == "" && !o.insecure:
		return nil, errors.Join(fmt.Errorf("--addr %s reaches beyond this machine: name --tls-cert and --tls-key, or accept plain text with --insecure-http", o.address), listener.Close())
	case o.files.Certificate == "":
		log.Warn("bundles and tokens go over the network in plain text", "address", listener.Addr().String())
	case o.tokens == "" && o.files.ClientCA == "":
		log.Warn("everybody who reaches the address can read the bundles: name --tokens or --client-ca", "address", listener.Addr().String())
	}
	return listener, nil
}

// administer serves what is for this machine alone, until the function that it gives is called.
func (o *accessOptions) administer(ctx context.Context, metrics *server.Metrics, sources *watch.Set, log *slog.Logger) (func(), error) {
	if o.admin == "" {
		return func() {}, nil
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", o.admin)
	if err != nil {
		return nil, fmt.Errorf("--admin-addr %s: %w", o.admin, err)
	}
	if !isLocal(listener) {
		return nil, errors.Join(fmt.Errorf("--admin-addr %s reaches beyond this machine: name an address as 127.0.0.1:8283", o.admin), listener.Close())
	}
	admin := server.NewAdmin(metrics, func() any { return sources.States() }, log)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if err := admin.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Error("the admin address is not served any more", "error", err)
		}
	}()
	log.Info("administration", "address", listener.Addr().String())
	return func() {
		_ = admin.Close() // nothing there is worth waiting for
		<-stopped
	}, nil
}

func isLocal(listener net.Listener) bool {
	address, ok := listener.Addr().(*net.TCPAddr)
	return ok && address.IP.IsLoopback()
}
