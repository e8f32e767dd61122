package cli

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/agentconfig"
	"winpolicy/internal/bundler"
)

func newAgentConfig() *cobra.Command {
	var options agentconfig.Options
	var keyFile string
	var policy bool
	command := &cobra.Command{
		Use:   "agent-config",
		Short: "Print the configuration of an OPA agent",
		Long: `Print the configuration of an OPA agent that loads the bundle of winpolicy serve and answers AdmissionReviews.

The agent uses long polls, and retries soon after an error. With --verify-key it loads only signed bundles. With --discovery the
server tells it what to load. --discovery-policy prints a policy for winpolicy serve --discovery.`,
		Example: `  winpolicy agent-config --url https://policy.example.com:8282 --verify-key public.pem --persist /var/lib/opa > opa.yaml
  opa run --server --config-file opa.yaml`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if keyFile != "" {
				if err := checkAlgorithm(options.Algorithm); err != nil {
					return err
				}
				key, err := readPublicKey(keyFile)
				if err != nil {
					return err
				}
				options.PublicKey = key
			}
			write := agentconfig.New
			if policy {
				write = agentconfig.DiscoveryPolicy
			}
			text, err := write(options)
			if err != nil {
				return err
			}
			_, err = command.OutOrStdout().Write(text)
			return err
		},
	}
	flags := command.Flags()
	flags.StringVar(&options.URL, "url", "http://127.0.0.1:8282", "URL of the server")
	flags.DurationVar(&options.LongPoll, "long-poll", 45*time.Second, "longest time that the server holds a poll; 0 polls every 5 to 30 seconds instead")
	flags.StringVar(&keyFile, "verify-key", "", "public key that verifies the bundle, in PEM")
	flags.StringVar(&options.KeyID, "verify-key-id", "winpolicy", "name of this key at the server: its --signing-key-id")
	flags.StringVar(&options.Algorithm, "verify-alg", bundler.Algorithms[0], "algorithm of the signature: "+strings.Join(bundler.Algorithms, ", "))
	flags.StringVar(&options.Persist, "persist", "", "folder where the agent keeps the bundle, so that it can start without the server")
	flags.BoolVar(&options.Discovery, "discovery", false, "load the discovery bundle, and the bundles it names")
	flags.BoolVar(&options.Status, "status", false, "let the agent report to the server which revision it runs, and why it fails")
	flags.BoolVar(&policy, "discovery-policy", false, "print a policy for the discovery bundle instead")
	flags.StringToStringVar(&options.Labels, "label", nil, "label of the agent, for example fleet=east")
	flags.StringVar(&options.TokenFile, "token-file", "", "file on the agent's machine with its bearer token")
	flags.StringVar(&options.CA, "ca", "", "file on the agent's machine with the CA of the server's certificate")
	flags.StringVar(&options.Cert, "client-cert", "", "file on the agent's machine with its certificate")
	flags.StringVar(&options.Key, "client-key", "", "file on the agent's machine with the key of its certificate")
	command.MarkFlagsMutuallyExclusive("discovery", "discovery-policy")
	return command
}

// checkAlgorithm returns an error for what is not an algorithm of --verify-alg.
func checkAlgorithm(name string) error {
	if !slices.Contains(bundler.Algorithms, name) {
		return fmt.Errorf("--verify-alg %q: write one of %s", name, strings.Join(bundler.Algorithms, ", "))
	}
	return nil
}

// readPublicKey returns the public key in a file, in PEM. It is an error if the file holds none.
func readPublicKey(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("--verify-key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != "PUBLIC KEY" {
		return "", fmt.Errorf("--verify-key: %s holds no public key in PEM: make one with openssl pkey -pubout", file)
	}
	if _, err := x509.ParsePKIXPublicKey(block.Bytes); err != nil {
		return "", fmt.Errorf("--verify-key: %s: %w", file, err)
	}
	return string(pem.EncodeToMemory(block)), nil
}
