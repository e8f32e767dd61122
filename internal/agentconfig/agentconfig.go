// Package agentconfig writes configurations of OPA agents that load winpolicy's bundles.
package agentconfig

import (
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"sigs.k8s.io/yaml"
)

// Options say what an agent is to do.
type Options struct {
	URL       string            // of the server
	LongPoll  time.Duration     // how long a poll may be held, in whole seconds; 0 is without long polls
	PublicKey string            // PEM, by which bundles are verified; "" takes unsigned ones
	KeyID     string            // what the server calls that key
	Algorithm string            // what it signs by
	Persist   string            // folder to keep the bundle in, for a start without the server; "" keeps none
	Discovery bool              // take everything but the way to the server from the discovery bundle
	Labels    map[string]string // of the agent, for discovery and logs
	TokenFile string            // the agent reads it at each request; "" is without a token
	CA        string            // file with the CA of the server's certificate
	Cert, Key string            // files of the client's certificate
}

// The delays between two polls that are not long, and by which the delay after errors is bounded, in seconds. OPA's own
// are 60 and 120: an agent would be late by minutes after each failure.
const (
	minDelay = 5
	maxDelay = 30
)

// service is what the configuration calls the server.
const service = "winpolicy"

// New gives a configuration in YAML.
func New(options Options) ([]byte, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	config := map[string]any{
		"services":         map[string]any{service: options.service()},
		"default_decision": "winpolicy/admission/response",
	}
	if options.PublicKey != "" {
		config["keys"] = map[string]any{options.KeyID: map[string]any{"key": options.PublicKey, "algorithm": options.Algorithm}}
	}
	if len(options.Labels) > 0 {
		config["labels"] = options.Labels
	}
	if options.Persist != "" {
		config["persistence_directory"] = options.Persist
	}
	if options.Discovery {
		discovery := options.bundle("discovery")
		discovery["decision"] = "discovery/config"
		config["discovery"] = discovery
	} else {
		config["bundles"] = map[string]any{"windows": options.bundle("windows")}
	}
	return yaml.Marshal(config)
}

func (o Options) check() error {
	parsed, err := url.Parse(o.URL)
	switch {
	case err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https":
		return fmt.Errorf("the URL %q is none of a server: write it as https://policy.example.com:8282", o.URL)
	case o.LongPoll < 0 || o.LongPoll%time.Second != 0:
		return fmt.Errorf("a long poll takes whole seconds, not %s", o.LongPoll)
	case o.PublicKey != "" && o.KeyID == "":
		return errors.New("a public key needs the id that the server signs with")
	case (o.Cert == "") != (o.Key == ""):
		return errors.New("a client's certificate needs its key, and the other way round")
	case o.Cert != "" && o.TokenFile != "":
		return errors.New("OPA takes one kind of credentials for a server: a token or a client's certificate")
	case parsed.Scheme == "http" && o.Cert != "":
		return errors.New("a client's certificate is shown over https only")
	}
	return nil
}

func (o Options) service() map[string]any {
	result := map[string]any{"url": strings.TrimSuffix(o.URL, "/")}
	if o.CA != "" {
		result["tls"] = map[string]any{"ca_cert": filepath.ToSlash(o.CA)}
	}
	switch {
	case o.TokenFile != "":
		result["credentials"] = map[string]any{"bearer": map[string]any{"token_path": filepath.ToSlash(o.TokenFile)}}
	case o.Cert != "":
		result["credentials"] = map[string]any{"client_tls": map[string]any{
			"cert": filepath.ToSlash(o.Cert), "private_key": filepath.ToSlash(o.Key),
		}}
	}
	return result
}

// bundle is how a bundle is loaded. With a key signing.keyid stands there always: agents before 1.21.3 could be made to
// take another key without it.
func (o Options) bundle(name string) map[string]any {
	polling := map[string]any{"min_delay_seconds": minDelay, "max_delay_seconds": maxDelay}
	if o.LongPoll > 0 {
		polling["long_polling_timeout_seconds"] = int(o.LongPoll.Seconds())
	}
	result := map[string]any{"service": service, "polling": polling, "resource": "bundles/" + name + ".tar.gz"}
	if o.PublicKey != "" {
		result["resource"] = "bundles/" + name + ".signed.tar.gz"
		result["signing"] = map[string]any{"keyid": o.KeyID}
	}
	if o.Persist != "" {
		result["persist"] = true
	}
	return result
}
