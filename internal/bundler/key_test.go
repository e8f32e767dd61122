package bundler_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/bundler"
)

var config = map[string]any{"platform": "generic"}

// write writes a block of PEM and gives the file.
func write(t *testing.T, kind string, content []byte) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "key.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600))
	return file
}

func pkcs8(t *testing.T, key any) []byte {
	t.Helper()
	text, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	return text
}

func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	require.NoError(t, err)
	return key
}

func ecKey(t *testing.T, curve elliptic.Curve) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	require.NoError(t, err)
	return key
}

func TestASignedBundleVerifiesByItsKeyAndNoOther(t *testing.T) {
	key, other := rsaKey(t, 2048), rsaKey(t, 2048)
	for name, tc := range map[string]struct {
		file, algorithm string
	}{
		"RS256 of PKCS #1": {write(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), "RS256"},
		"PS512 of PKCS #8": {write(t, "PRIVATE KEY", pkcs8(t, key)), "PS512"},
		"ES256":            {write(t, "PRIVATE KEY", pkcs8(t, ecKey(t, elliptic.P256()))), "ES256"},
		"ES512 of P-521":   {write(t, "PRIVATE KEY", pkcs8(t, ecKey(t, elliptic.P521()))), "ES512"},
	} {
		t.Run(name, func(t *testing.T) {
			signer, err := bundler.ReadKey(tc.file, "fleet", tc.algorithm)
			require.NoError(t, err)
			made, err := bundler.Build(t.Context(), nil, config, signer)
			require.NoError(t, err)
			require.NoError(t, verify(made.Signed, signer.PublicKey(), tc.algorithm))
			stranger, err := bundler.ReadKey(write(t, "PRIVATE KEY", pkcs8(t, other)), "fleet", "RS256")
			require.NoError(t, err)
			require.Error(t, verify(made.Signed, stranger.PublicKey(), "RS256"))
			require.Error(t, verify(made.Tarball, signer.PublicKey(), tc.algorithm), "an unsigned bundle")
		})
	}
}

func verify(tarball []byte, public, algorithm string) error {
	keys := map[string]*bundle.KeyConfig{"fleet": {Key: public, Algorithm: algorithm}}
	_, err := bundle.NewReader(bytes.NewReader(tarball)).
		WithBundleVerificationConfig(bundle.NewVerificationConfig(keys, "fleet", "", nil)).Read()
	return err
}

func TestRS256SignsTheSameBundleAlike(t *testing.T) {
	key, err := bundler.ReadKey(write(t, "PRIVATE KEY", pkcs8(t, rsaKey(t, 2048))), "fleet", "RS256")
	require.NoError(t, err)
	first, err := bundler.Build(t.Context(), nil, config, key)
	require.NoError(t, err)
	second, err := bundler.Build(t.Context(), nil, config, key)
	require.NoError(t, err)
	require.True(t, bytes.Equal(first.Signed, second.Signed))
	require.True(t, bytes.Equal(first.Tarball, second.Tarball))
	require.True(t, bundler.IsReproducible("RS256"))
	require.False(t, bundler.IsReproducible("ES256"))
	require.False(t, bundler.IsReproducible("PS256"))
}

func TestWhatIsNoSigningKeyIsRefused(t *testing.T) {
	key := rsaKey(t, 2048)
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	good := write(t, "PRIVATE KEY", pkcs8(t, key))
	for name, tc := range map[string]struct {
		file, id, algorithm, want string
	}{
		"a file that is not there, which OPA would take for the secret": {"nowhere.pem", "fleet", "RS256", "read the signing key: open nowhere.pem"},
		"HMAC":                             {good, "fleet", "HS256", `signing algorithm "HS256": agents verify RS256`},
		"a public key":                     {write(t, "PUBLIC KEY", public), "fleet", "RS256", "a private key is needed, and this is a public key"},
		"an encrypted key":                 {write(t, "ENCRYPTED PRIVATE KEY", nil), "fleet", "RS256", "decrypt it with openssl pkey"},
		"text":                             {write(t, "POEM", nil), "fleet", "RS256", "holds no private key in PEM"},
		"Ed25519, which no agent verifies": {write(t, "PRIVATE KEY", pkcs8(t, edwards)), "fleet", "RS256", "agents verify RSA and elliptic curves"},
		"RSA for an elliptic curve":        {good, "fleet", "ES256", "ES256 needs an elliptic curve of 256 bits"},
		"the wrong curve":                  {write(t, "PRIVATE KEY", pkcs8(t, ecKey(t, elliptic.P384()))), "fleet", "ES256", "curve of 384 bits, which ES256 does not sign with"},
		"a short key":                      {write(t, "PRIVATE KEY", pkcs8(t, shortKey(t))), "fleet", "RS256", "the key has 1024 bits"},
		"no id":                            {good, "", "RS256", "the signing key has no id"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := bundler.ReadKey(tc.file, tc.id, tc.algorithm)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func shortKey(t *testing.T) *rsa.PrivateKey {
	t.Setenv("GODEBUG", "rsa1024min=0")
	return rsaKey(t, 1024)
}
