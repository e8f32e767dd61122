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

// CertificateFiles are what a server proves itself by, and its clients.
type CertificateFiles struct {
	Certificate string
	Key         string
	ClientCA    string // those that may sign clients' certificates; "" is none
}

// Certificates are those of some files. It may be used from several goroutines, and loaded again meanwhile.
type Certificates struct {
	files   CertificateFiles
	current atomic.Pointer[tls.Config]
}

// NewCertificates gives a store that has to be loaded before it is used.
func NewCertificates(files CertificateFiles) *Certificates { return &Certificates{files: files} }

// Load reads the files. A mistake in any leaves all as they were.
func (s *Certificates) Load() error {
	pair, err := tls.LoadX509KeyPair(s.files.Certificate, s.files.Key)
	if err != nil {
		return fmt.Errorf("read the certificate %s and its key %s: %w", s.files.Certificate, s.files.Key, err)
	}
	config := &tls.Config{
		MinVersion:   tls.VersionTLS12,
		Certificates: []tls.Certificate{pair},
		NextProtos:   []string{"http/1.1"},
	}
	if s.files.ClientCA != "" {
		text, err := os.ReadFile(s.files.ClientCA)
		if err != nil {
			return fmt.Errorf("read the clients' CA: %w", err)
		}
		config.ClientCAs = x509.NewCertPool()
		if !config.ClientCAs.AppendCertsFromPEM(text) {
			return fmt.Errorf("%s: there is no certificate in PEM", s.files.ClientCA)
		}
		// Requests without a certificate are refused by ClientName: probes of /healthz have none.
		config.ClientAuth = tls.VerifyClientCertIfGiven
	}
	s.current.Store(config)
	return nil
}

// TLS gives each connection what the files held when it was made.
func (s *Certificates) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			if config := s.current.Load(); config != nil {
				return config, nil
			}
			return nil, errors.New("there is no certificate")
		},
	}
}

// ClientName gives the name of a client by its certificate, which was verified with the handshake, and false without one.
func ClientName(r *http.Request) (string, bool) {
	if r.TLS == nil || len(r.TLS.VerifiedChains) == 0 {
		return "", false
	}
	return r.TLS.PeerCertificates[0].Subject.String(), true
}
