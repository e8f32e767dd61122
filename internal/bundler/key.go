package bundler

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/bundle"
)

// Key signs bundles.
type Key struct {
	ID        string // what agents know the public key by: their keyid
	Algorithm string // RS256, ES384, …
	private   string // PEM
	public    string // PEM
}

// Algorithms are those that agents verify and that take a private key, the default first. HMAC is none of them: an agent
// that can verify could sign.
var Algorithms = []string{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"}

// curves are the bits of the curve that each algorithm signs with.
var curves = map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}

// minBits is what a key of RSA needs at least.
const minBits = 2048

// ReadKey reads a private key in PEM (PKCS #1, PKCS #8 or SEC 1). A file that is not there is an error: OPA would sign
// with the path for a secret.
func ReadKey(file, id, algorithm string) (*Key, error) {
	if id == "" {
		return nil, errors.New("the signing key has no id: agents find the public key by it")
	}
	if !slices.Contains(Algorithms, algorithm) {
		return nil, fmt.Errorf("signing algorithm %q: agents verify %s", algorithm, strings.Join(Algorithms, ", "))
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the signing key: %w", err)
	}
	private, public, err := parseKey(text, algorithm)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return &Key{ID: id, Algorithm: algorithm, private: private, public: public}, nil
}

// IsReproducible tells whether the same bundle always gets the same signature, as RSA with PKCS #1 v1.5 gives it. Replicas
// that sign otherwise serve different bytes, and agents download again from each that answers them.
func IsReproducible(algorithm string) bool { return strings.HasPrefix(algorithm, "RS") }

// PublicKey is the public key in PEM, which agents verify with.
func (k *Key) PublicKey() string { return k.public }

func (k *Key) sign(content *bundle.Bundle) error {
	// As PEM the key is never taken for a path.
	return content.GenerateSignature(bundle.NewSigningConfig(k.private, k.Algorithm, ""), k.ID, false)
}

func (k *Key) verification() *bundle.VerificationConfig {
	public := &bundle.KeyConfig{Key: k.public, Algorithm: k.Algorithm}
	return bundle.NewVerificationConfig(map[string]*bundle.KeyConfig{k.ID: public}, k.ID, "", nil)
}

// parseKey gives the private key as OPA reads it, and its public key.
func parseKey(text []byte, algorithm string) (private, public string, err error) {
	key, err := decodeKey(text)
	if err != nil {
		return "", "", err
	}
	var half any
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if bits, ok := curves[algorithm]; ok {
			return "", "", fmt.Errorf("the key is of RSA and %s needs an elliptic curve of %d bits", algorithm, bits)
		}
		if key.N.BitLen() < minBits {
			return "", "", fmt.Errorf("the key has %d bits: make one with %d or more", key.N.BitLen(), minBits)
		}
		half = &key.PublicKey
	case *ecdsa.PrivateKey:
		if bits := key.Curve.Params().BitSize; curves[algorithm] != bits {
			return "", "", fmt.Errorf("the key is of an elliptic curve of %d bits, which %s does not sign with", bits, algorithm)
		}
		half = &key.PublicKey
	default:
		return "", "", fmt.Errorf("the key is a %T: agents verify RSA and elliptic curves", key)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	open, err := x509.MarshalPKIXPublicKey(half)
	if err != nil {
		return "", "", err
	}
	return encode("PRIVATE KEY", secret), encode("PUBLIC KEY", open), nil
}

func encode(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

// decodeKey reads the first private key of a file; what stands before it, as openssl's EC PARAMETERS, is passed over.
func decodeKey(text []byte) (any, error) {
	for block, rest := pem.Decode(text); block != nil; block, rest = pem.Decode(rest) {
		switch block.Type {
		case "RSA PRIVATE KEY":
			return x509.ParsePKCS1PrivateKey(block.Bytes)
		case "EC PRIVATE KEY":
			return x509.ParseECPrivateKey(block.Bytes)
		case "PRIVATE KEY":
			return x509.ParsePKCS8PrivateKey(block.Bytes)
		case "ENCRYPTED PRIVATE KEY":
			return nil, errors.New("the key is encrypted: decrypt it with openssl pkey")
		case "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE":
			return nil, fmt.Errorf("a private key is needed, and this is a %s", strings.ToLower(block.Type))
		}
	}
	return nil, errors.New("the file holds no private key in PEM")
}
