// Package agentconfig writes the configuration of an OPA agent that loads winpolicy's bundles.
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

// Options say how the agent loads bundles.
type Options struct {
	URL       string            // of the server, without a path
	LongPoll  time.Duration     // how long the server may hold a poll, in whole seconds; 0 means no long polls
	PublicKey string            // PEM, to verify bundles; "" means unsigned bundles
	KeyID     string            // the server's name of that key
	Algorithm string            // the server's signing algorithm
	Persist   string            // folder in which the agent keeps the bundle to start without the server; "" keeps none
	Discovery bool              // load everything else from the discovery bundle
	Status    bool              // report to the server which bundle runs
	Labels    map[string]string // of the agent, for discovery and logs
	TokenFile string            // file with the agent's bearer token; "" sends no token
	CA        string            // file with the CA of the server's certificate; "" means the system's CAs
	Cert, Key string            // files of the client certificate; "" shows none
}

// The bounds, in seconds, of the delay between two polls that are not long, and of the delay after an error. OPA's defaults
// are 60 and 120, so that an agent would be minutes late after each error.
const (
	minDelay = 5
	maxDelay = 30
)

// service is the name of the server in the configuration.
const service = "winpolicy"

// New returns the configuration as YAML. An error names the option that is invalid.
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
	if options.Status {
		config["status"] = map[string]any{"service": service}
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

// check returns an error that says what is invalid, and how to repair it.
func (o Options) check() error {
	parsed, err := url.Parse(o.URL)
	switch {
	case err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https":
		return fmt.Errorf("%q is not the URL of a server; write it like https://policy.example.com:8282", o.URL)
	case o.LongPoll < 0 || o.LongPoll%time.Second != 0:
		return fmt.Errorf("a long poll of %s is not possible; use whole seconds", o.LongPoll)
	case o.PublicKey != "" && o.KeyID == "":
		return errors.New("a public key needs the ID that the server signs with; name --verify-key-id")
	case (o.Cert == "") != (o.Key == ""):
		return errors.New("a client certificate and its key belong together; name both")
	case o.Cert != "" && o.TokenFile != "":
		return errors.New("OPA sends a server either a token or a client certificate; name only one of them")
	case parsed.Scheme == "http" && o.Cert != "":
		return errors.New("a client certificate needs TLS; use a URL that begins with https://")
	}
	return nil
}

// service returns how to reach the server.
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

// bundle returns how to load a bundle. With a public key it always sets signing.keyid: without it an attacker can make agents
// before 1.21.3 use another key.
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
