// Package access decides which addresses a server listens on and which clients it answers. It reads the certificates and the
// bearer tokens from files.
package access

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"

	"winpolicy/internal/serve/watch"
)

// Options are the flags of serve that say who reaches the server.
type Options struct {
	Address      string // of the server, host:port
	AdminAddress string // of the admin server, on this machine; "" starts none
	InsecureHTTP bool   // allow plain HTTP on an address that other machines reach
	Files        CertificateFiles
	Tokens       string // file of Tokens; "" asks no client for a token
}

// Access is what a server needs to know about its clients.
type Access struct {
	TLS       *tls.Config                                  // nil means plain HTTP
	Authorize func(*http.Request) (client string, ok bool) // returns the client's name; nil allows every request
	Sources   []watch.Source                               // load and reload the files that both read
}

// Open returns what the options ask for. If they name a CA and tokens, a client needs a certificate and a token. The sources
// are not loaded yet.
func Open(options Options) (Access, error) {
	files := options.Files
	switch {
	case (files.Certificate == "") != (files.Key == ""):
		return Access{}, errors.New("--tls-cert and --tls-key belong together; name both")
	case files.ClientCA != "" && files.Certificate == "":
		return Access{}, errors.New("--client-ca needs TLS; name --tls-cert and --tls-key too")
	}
	var result Access
	if files.Certificate != "" {
		certificates := NewCertificates(files)
		result.TLS = certificates.TLS()
		result.Sources = append(result.Sources, source("certificate", certificates.Load, files.Certificate, files.Key, files.ClientCA))
	}
	var checks []func(*http.Request) (string, bool)
	if files.ClientCA != "" {
		checks = append(checks, ClientName)
	}
	if options.Tokens != "" {
		tokens := NewTokens(options.Tokens)
		checks = append(checks, tokens.Name)
		result.Sources = append(result.Sources, source("tokens", tokens.Load, options.Tokens))
	}
	if len(checks) > 0 {
		result.Authorize = every(checks)
	}
	return result, nil
}

func source(name string, load func() error, paths ...string) watch.Source {
	result := watch.Source{Name: name, Load: func(context.Context) error { return load() }}
	for _, path := range paths {
		if path != "" {
			result.Paths = append(result.Paths, path)
		}
	}
	return result
}

// every returns a check that passes if all checks pass. The client has the name that the last check returns.
func every(checks []func(*http.Request) (string, bool)) func(*http.Request) (string, bool) {
	return func(r *http.Request) (client string, ok bool) {
		for _, check := range checks {
			if client, ok = check(r); !ok {
				return "", false
			}
		}
		return client, ok
	}
}
