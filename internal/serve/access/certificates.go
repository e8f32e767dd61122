package access

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
)

// CertificateFiles are files in PEM.
type CertificateFiles struct {
	Certificate string // of the server; "" means plain HTTP
	Key         string // of the certificate
	ClientCA    string // signs the clients' certificates; "" asks no client for a certificate
}

// Certificates holds the certificates of some files. Load and TLS may be called from several goroutines.
type Certificates struct {
	files   CertificateFiles
	current atomic.Pointer[tls.Config] // nil before the first Load
}

// NewCertificates returns certificates that are not loaded yet.
func NewCertificates(files CertificateFiles) *Certificates { return &Certificates{files: files} }

// Load reads the files. If one of them is invalid, the previous certificates stay in use.
func (c *Certificates) Load() error {
	pair, err := tls.LoadX509KeyPair(c.files.Certificate, c.files.Key)
	if err != nil {
		return fmt.Errorf("read the certificate %s and its key %s: %w", c.files.Certificate, c.files.Key, err)
	}
	config := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{pair},
		NextProtos:   []string{"http/1.1"},
	}
	if c.files.ClientCA != "" {
		text, err := os.ReadFile(c.files.ClientCA)
		if err != nil {
			return fmt.Errorf("read the clients' CA: %w", err)
		}
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(text) {
			return fmt.Errorf("%s: the file has no certificate in PEM", c.files.ClientCA)
		}
		// ClientName rejects requests without a certificate. The handshake does not, because probes of /healthz have none.
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	c.current.Store(config)
	return nil
}

// TLS returns a configuration by which each new connection uses the certificates that were loaded last.
func (c *Certificates) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			if config := c.current.Load(); config != nil {
				return config, nil
			}
			return nil, errors.New("no certificate is loaded")
		},
	}
}

// ClientName returns the subject of the client's certificate, or false if the client has no certificate of the CA.
func ClientName(r *http.Request) (string, bool) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return "", false
	}
	return r.TLS.PeerCertificates[0].Subject.String(), true
}
