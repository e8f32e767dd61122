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

func TestBuild_SignedBundleVerifiesOnlyWithItsKey(t *testing.T) {
	key, p256, p521 := rsaKey(t, 2048), ecKey(t, elliptic.P256()), ecKey(t, elliptic.P521())
	stranger := publicPEM(t, &rsaKey(t, 2048).PublicKey)
	for name, tc := range map[string]struct {
		file, algorithm string
		public          any
	}{
		"RS256 with PKCS #1": {write(t, "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key)), "RS256", &key.PublicKey},
		"PS512 with PKCS #8": {write(t, "PRIVATE KEY", pkcs8(t, key)), "PS512", &key.PublicKey},
		"ES256":              {write(t, "PRIVATE KEY", pkcs8(t, p256)), "ES256", &p256.PublicKey},
		"ES512 with P-521":   {write(t, "PRIVATE KEY", pkcs8(t, p521)), "ES512", &p521.PublicKey},
	} {
		t.Run(name, func(t *testing.T) {
			signer, err := bundler.ReadKey(tc.file, "fleet", tc.algorithm)
			require.NoError(t, err)
			made, err := bundler.Build(t.Context(), nil, config, signer)
			require.NoError(t, err)
			public := publicPEM(t, tc.public)
			require.NoError(t, verify(made.Signed, public, tc.algorithm))
			require.Error(t, verify(made.Signed, stranger, "RS256"))
			require.Error(t, verify(made.Tarball, public, tc.algorithm), "an unsigned bundle")
		})
	}
}

// publicPEM gives a public key as an agent's configuration holds it.
func publicPEM(t *testing.T, key any) string {
	t.Helper()
	text, err := x509.MarshalPKIXPublicKey(key)
	require.NoError(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: text}))
}

func verify(tarball []byte, public, algorithm string) error {
	keys := map[string]*bundle.KeyConfig{"fleet": {Key: public, Algorithm: algorithm}}
	_, err := bundle.NewReader(bytes.NewReader(tarball)).
		WithBundleVerificationConfig(bundle.NewVerificationConfig(keys, "fleet", "", nil)).Read()
	return err
}

func TestBuild_RS256SignatureIsReproducible(t *testing.T) {
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

func TestReadKey_UnusableKeyIsRejected(t *testing.T) {
	key := rsaKey(t, 2048)
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	require.NoError(t, err)
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	good := write(t, "PRIVATE KEY", pkcs8(t, key))
	for name, tc := range map[string]struct {
		file, id, algorithm, want string
	}{
		"a file that does not exist": {"nowhere.pem", "fleet", "RS256", "read the signing key: open nowhere.pem"},
		"HMAC":                       {good, "fleet", "HS256", `signing algorithm "HS256": must be one of RS256`},
		"a public key":               {write(t, "PUBLIC KEY", public), "fleet", "RS256", "this is a public key; give the private key"},
		"an encrypted key":           {write(t, "ENCRYPTED PRIVATE KEY", nil), "fleet", "RS256", "decrypt it with openssl pkey"},
		"text":                       {write(t, "POEM", nil), "fleet", "RS256", "contains no private key in PEM"},
		"Ed25519":                    {write(t, "PRIVATE KEY", pkcs8(t, edwards)), "fleet", "RS256", "which agents cannot verify; use an RSA key or an elliptic curve"},
		"RSA for an elliptic curve":  {good, "fleet", "ES256", "ES256 needs an elliptic curve of 256 bits"},
		"the wrong curve":            {write(t, "PRIVATE KEY", pkcs8(t, ecKey(t, elliptic.P384()))), "fleet", "ES256", "curve of 384 bits, which does not fit ES256"},
		"a short key":                {write(t, "PRIVATE KEY", pkcs8(t, shortKey(t))), "fleet", "RS256", "the key has 1024 bits"},
		"no id":                      {good, "", "RS256", "the signing key has no id"},
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
