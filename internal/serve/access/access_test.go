package access_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/access"
)

func TestOpen_HalfConfiguredTLSIsAnError(t *testing.T) {
	for name, tc := range map[string]struct {
		files access.CertificateFiles
		want  string
	}{
		"a certificate without key": {access.CertificateFiles{Certificate: "a"}, "name both"},
		"a key without certificate": {access.CertificateFiles{Key: "a"}, "name both"},
		"a CA without certificate":  {access.CertificateFiles{ClientCA: "a"}, "--client-ca needs TLS"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := access.Open(access.Options{Files: tc.files})
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestOpen_WithoutCredentialsAllowsEveryRequest(t *testing.T) {
	opened, err := access.Open(access.Options{})
	require.NoError(t, err)
	require.Nil(t, opened.Authorize)
	require.Nil(t, opened.TLS)
}

func TestOpen_TokenDoesNotReplaceClientCertificate(t *testing.T) {
	file := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(file, []byte("east "+hash("secret")+"\n"), 0o600))
	opened, err := access.Open(access.Options{Files: access.CertificateFiles{Certificate: "a", Key: "a", ClientCA: "a"}, Tokens: file})
	require.NoError(t, err)
	for _, source := range opened.Sources {
		if source.Name == "tokens" {
			require.NoError(t, source.Load(t.Context()))
		}
	}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
	request.Header.Set("Authorization", "Bearer secret")
	_, ok := opened.Authorize(request)
	require.False(t, ok)
}

func TestListen_NetworkAddressNeedsTLS(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	_, err := access.Listen(t.Context(), access.Options{Address: "0.0.0.0:0"}, log)
	require.ErrorContains(t, err, "name --tls-cert and --tls-key, or allow plain text with --insecure-http")
	listener, err := access.Listen(t.Context(), access.Options{Address: "0.0.0.0:0", InsecureHTTP: true}, log)
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	_, err = access.ListenAdmin(t.Context(), access.Options{AdminAddress: "0.0.0.0:0", InsecureHTTP: true})
	require.ErrorContains(t, err, "use a loopback address")
}
