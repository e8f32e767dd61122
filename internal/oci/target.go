package oci

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"oras.land/oras-go/v2/registry"
	"oras.land/oras-go/v2/registry/remote"
	"oras.land/oras-go/v2/registry/remote/auth"
	"oras.land/oras-go/v2/registry/remote/credentials"
	"oras.land/oras-go/v2/registry/remote/errcode"
	"oras.land/oras-go/v2/registry/remote/retry"
)

// scheme begins the name of a target.
const scheme = "oci://"

// answerTimeout is how long a registry may take until it begins an answer.
const answerTimeout = time.Minute

// Target is a tag in a registry.
type Target struct {
	repository *remote.Repository
}

// Options say how to reach a registry.
type Options struct {
	PlainHTTP bool           // without TLS; a registry on this machine is asked so unless there are Roots
	Roots     *x509.CertPool // the CAs that may have signed the registry's certificate; nil means those of the system
	UserAgent string         // what the client calls itself
}

// NewTarget reads the name of a tag, oci://registry/repository:tag. Credentials come from Docker's configuration: its file, or
// the helpers that the file names.
func NewTarget(name string, options Options) (*Target, error) {
	reference, err := parse(name)
	if err != nil {
		return nil, err
	}
	store, err := credentials.NewStoreFromDocker(credentials.StoreOptions{})
	if err != nil {
		return nil, fmt.Errorf("read Docker's configuration: %w", err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http gives it this type
	transport.ResponseHeaderTimeout = answerTimeout
	transport.TLSClientConfig = &tls.Config{RootCAs: options.Roots, MinVersion: tls.VersionTLS12}
	client := &auth.Client{
		Client:     &http.Client{Transport: retry.NewTransport(transport)},
		Cache:      auth.NewCache(),
		Credential: credentials.Credential(store),
	}
	client.SetUserAgent(options.UserAgent)
	return &Target{&remote.Repository{
		Client: client, Reference: reference, PlainHTTP: options.PlainHTTP || options.Roots == nil && isLoopback(reference.Registry),
	}}, nil
}

// Name returns the repository without the tag, as other tools write it: registry/repository.
func (t *Target) Name() string {
	return t.repository.Reference.Registry + "/" + t.repository.Reference.Repository
}

// Tag returns the tag.
func (t *Target) Tag() string { return t.repository.Reference.Reference }

func parse(name string) (registry.Reference, error) {
	text, found := strings.CutPrefix(name, scheme)
	if !found {
		return registry.Reference{}, fmt.Errorf("%q is not a target: write %sregistry/repository:tag", name, scheme)
	}
	reference, err := registry.ParseReference(text)
	if err != nil {
		return registry.Reference{}, fmt.Errorf("%q is not a target: write %sregistry/repository:tag: %w", name, scheme, err)
	}
	if reference.Reference == "" || strings.Contains(text, "@") {
		return registry.Reference{}, fmt.Errorf("%q names no tag: write %s%s/%s:tag, the tag that agents follow", name, scheme, reference.Registry, reference.Repository)
	}
	return reference, nil
}

// isLoopback reports whether only this machine has the address.
func isLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		host = address
	}
	return host == "localhost" || net.ParseIP(strings.Trim(host, "[]")).IsLoopback()
}

// unmoved says of an error that the tag did not move.
func (t *Target) unmoved(err error) error {
	return fmt.Errorf("%w; the tag %s has not moved", t.explain(err), t.Tag())
}

// explain says what to do about the answer of a registry.
func (t *Target) explain(err error) error {
	var answer *errcode.ErrorResponse
	switch {
	case errors.Is(err, auth.ErrBasicCredentialNotFound):
		return fmt.Errorf("%s wants credentials, and Docker's configuration has none for it; run `docker login %s`", t.repository.Reference.Registry, t.repository.Reference.Registry)
	case !errors.As(err, &answer):
		return fmt.Errorf("%s: %w", t.repository.Reference.Registry, err)
	case answer.StatusCode == http.StatusUnauthorized:
		return fmt.Errorf("the registry does not accept the credentials of Docker's configuration (401); run `docker login %s`: %w", t.repository.Reference.Registry, err)
	case answer.StatusCode == http.StatusForbidden:
		return fmt.Errorf("the registry does not allow these credentials to push to %s (403): %w", t.repository.Reference.Repository, err)
	}
	return fmt.Errorf("%s: %w", t.repository.Reference.Registry, err)
}
