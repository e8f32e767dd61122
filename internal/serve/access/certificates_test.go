package access_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/access"
)

// pair is a self-signed certificate and its key.
type pair struct{ cert, key []byte }

func newPair(t *testing.T, name string) pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		KeyUsage:    x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	cert, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	require.NoError(t, err)
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return pair{
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}),
	}
}

func write(t *testing.T, files access.CertificateFiles, server, client pair) {
	t.Helper()
	for file, text := range map[string][]byte{files.Certificate: server.cert, files.Key: server.key, files.ClientCA: client.cert} {
		require.NoError(t, os.WriteFile(file, text, 0o600))
	}
}

// get asks a server whose certificate must be trusted. It shows a client certificate if there is one, and returns the name
// that the server gave the client.
func get(t *testing.T, url string, trusted pair, client *pair) (string, error) {
	t.Helper()
	config := &tls.Config{RootCAs: x509.NewCertPool()}
	require.True(t, config.RootCAs.AppendCertsFromPEM(trusted.cert))
	if client != nil {
		shown, err := tls.X509KeyPair(client.cert, client.key)
		require.NoError(t, err)
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &shown, nil }
	}
	transport := &http.Transport{TLSClientConfig: config, DisableKeepAlives: true}
	response, err := (&http.Client{Transport: transport}).Get(url)
	if err != nil {
		return "", err
	}
	require.NoError(t, response.Body.Close())
	return response.Header.Get("Client"), nil
}

func TestCertificates_NewConnectionsUseTheFilesAsLoadedLast(t *testing.T) {
	folder := t.TempDir()
	files := access.CertificateFiles{
		Certificate: filepath.Join(folder, "cert"), Key: filepath.Join(folder, "key"), ClientCA: filepath.Join(folder, "ca"),
	}
	first, second, agent, stranger := newPair(t, "first"), newPair(t, "second"), newPair(t, "agent"), newPair(t, "stranger")
	write(t, files, first, agent)
	store := access.NewCertificates(files)
	require.NoError(t, store.Load())
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := access.ClientName(r)
		w.Header().Set("Client", fmt.Sprint(name, ok))
	}))
	listener := tls.NewListener(server.Listener, store.TLS())
	server.Listener = listener
	server.Start()
	defer server.Close()
	url := "https://" + listener.Addr().String()

	for name, tc := range map[string]struct {
		client *pair
		want   string
	}{
		"an agent's certificate": {&agent, "CN=agenttrue"},
		"no certificate":         {nil, "false"},
	} {
		got, err := get(t, url, first, tc.client)
		require.NoError(t, err, name)
		require.Equal(t, tc.want, got)
	}
	_, err := get(t, url, first, &stranger)
	require.Error(t, err, "a certificate of another CA is accepted")

	// While files are replaced, the certificate and the key may not match for a moment.
	require.NoError(t, os.WriteFile(files.Certificate, second.cert, 0o600))
	require.ErrorContains(t, store.Load(), "private key does not match public key")
	_, err = get(t, url, first, &agent)
	require.NoError(t, err)

	write(t, files, second, stranger)
	require.NoError(t, store.Load())
	got, err := get(t, url, second, &stranger)
	require.NoError(t, err)
	require.Equal(t, "CN=strangertrue", got)
	_, err = get(t, url, first, &stranger)
	require.Error(t, err, "the replaced certificate is still used")

	require.NoError(t, os.WriteFile(files.ClientCA, []byte("none"), 0o600))
	require.ErrorContains(t, store.Load(), "the file has no certificate in PEM")
}
