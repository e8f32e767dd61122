package cli

import (
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/spf13/cobra"

	"winpolicy/internal/bundler"
	"winpolicy/internal/doctor"
)

type doctorOptions struct {
	output    format
	tokenFile string
	ca        string
	cert, key string
	verify    string
	keyID     string
	algorithm string
	wait      time.Duration
}

func newDoctor() *cobra.Command {
	var options doctorOptions
	command := &cobra.Command{
		Use:   "doctor URL",
		Short: "Test any bundle server: send the requests of an OPA agent, and report what an agent would do",
		Long: `Send the requests of an OPA agent to any bundle server, and report what an agent would do with the answers. URL is the URL of a
bundle. doctor sends about ten requests.

Exit code 0: agents load the bundle. 1: they do not load it, or they would do harm. 2: a flag or a file is wrong.`,
		Example: `  winpolicy doctor http://127.0.0.1:8282/bundles/windows.tar.gz`,
		Args:    cobra.ExactArgs(1),
		RunE:    func(command *cobra.Command, args []string) error { return options.run(command, args[0]) },
	}
	flags := command.Flags()
	options.output.register(command, "findings")
	flags.StringVar(&options.tokenFile, "token-file", "", "file with the bearer token to send")
	flags.StringVar(&options.ca, "ca", "", "CA of the server's certificate, in PEM")
	flags.StringVar(&options.cert, "client-cert", "", "client certificate, in PEM")
	flags.StringVar(&options.key, "client-key", "", "key of the client certificate, in PEM")
	flags.StringVar(&options.verify, "verify-key", "", "public key of the agent, in PEM")
	flags.StringVar(&options.keyID, "verify-key-id", "winpolicy", "name of the public key")
	flags.StringVar(&options.algorithm, "verify-alg", bundler.Algorithms[0], "algorithm of the signature: "+strings.Join(bundler.Algorithms, ", "))
	flags.DurationVar(&options.wait, "wait", 2*time.Second, "how long the server should hold the long poll, in whole seconds")
	command.MarkFlagsRequiredTogether("client-cert", "client-key")
	return command
}

func (o doctorOptions) run(command *cobra.Command, url string) error {
	if !strings.HasPrefix(url, "http://") && !strings.HasPrefix(url, "https://") {
		return fmt.Errorf("%s is not the URL of a bundle: write http://host/bundles/windows.tar.gz", url)
	}
	if o.wait < time.Second || o.wait%time.Second != 0 {
		return fmt.Errorf("--wait %s: write whole seconds, one at least", o.wait)
	}
	options, err := o.options(url)
	if err != nil {
		return err
	}
	findings, err := doctor.Run(command.Context(), options)
	if err != nil {
		return err
	}
	err = o.output.print(command, findings, func(out io.Writer) error {
		for _, finding := range findings {
			if _, err := fmt.Fprintf(out, "%-4s %s: %s\n", finding.Status, finding.Check, finding.Message); err != nil {
				return err
			}
		}
		return nil
	})
	for _, finding := range findings {
		if finding.Status == doctor.Fail && err == nil {
			return exitError{code: exitDenied}
		}
	}
	return err
}

func (o doctorOptions) options(url string) (doctor.Options, error) {
	options := doctor.Options{URL: url, Wait: o.wait}
	if o.tokenFile != "" {
		text, err := os.ReadFile(o.tokenFile)
		if err != nil {
			return options, fmt.Errorf("--token-file: %w", err)
		}
		options.Token = strings.TrimSpace(string(text))
	}
	if o.verify != "" {
		if err := checkAlgorithm(o.algorithm); err != nil {
			return options, err
		}
		key, err := readPublicKey(o.verify)
		if err != nil {
			return options, err
		}
		options.Verify = bundle.NewVerificationConfig(map[string]*bundle.KeyConfig{o.keyID: {Key: key, Algorithm: o.algorithm}}, o.keyID, "", nil)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone() //nolint:forcetypeassert // net/http gives it this type
	config, err := o.tls()
	if err != nil {
		return options, err
	}
	transport.TLSClientConfig = config
	options.Client = &http.Client{Transport: transport}
	return options, nil
}

func (o doctorOptions) tls() (*tls.Config, error) {
	roots, err := readCA(o.ca)
	if err != nil {
		return nil, err
	}
	config := &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12}
	if o.cert != "" {
		pair, err := tls.LoadX509KeyPair(o.cert, o.key)
		if err != nil {
			return nil, fmt.Errorf("--client-cert: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
