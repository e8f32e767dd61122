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
	ID        string // the keyid under which agents know the public key
	Algorithm string // RS256, ES384, …
	private   string // PEM
	public    string // PEM
}

// Algorithms lists the algorithms that agents can verify with a public key, the default first. HMAC is not in the list,
// because an agent that can verify an HMAC can also make one.
var Algorithms = []string{"RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512"}

// curves holds the size in bits of the curve that each algorithm needs.
var curves = map[string]int{"ES256": 256, "ES384": 384, "ES512": 521}

// minBits is the smallest size of an RSA key.
const minBits = 2048

// KeyFile says which private key signs bundles, and how.
type KeyFile struct {
	Path      string // "" means that bundles are not signed
	ID        string // name of the public key in the agents' configuration: their keyid
	Algorithm string // one of Algorithms
}

// Read returns the key, or nil without a Path. Its errors are those of ReadKey.
func (f KeyFile) Read() (*Key, error) {
	if f.Path == "" {
		return nil, nil
	}
	return ReadKey(f.Path, f.ID, f.Algorithm)
}

// ReadKey reads a private key in PEM (PKCS #1, PKCS #8 or SEC 1). A file that does not exist is an error, because OPA would
// use its path as the secret.
func ReadKey(file, id, algorithm string) (*Key, error) {
	if id == "" {
		return nil, errors.New("the signing key has no id; give the id under which agents know the public key")
	}
	if !slices.Contains(Algorithms, algorithm) {
		return nil, fmt.Errorf("signing algorithm %q: must be one of %s", algorithm, strings.Join(Algorithms, ", "))
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

// IsReproducible reports whether the same bundle always gets the same signature. RSA with PKCS #1 v1.5 gives it. With
// another algorithm each replica serves other bytes, so an agent downloads again if another replica answers.
func IsReproducible(algorithm string) bool { return strings.HasPrefix(algorithm, "RS") }

func (k *Key) sign(content *bundle.Bundle) error {
	// OPA does not take PEM for a path.
	return content.GenerateSignature(bundle.NewSigningConfig(k.private, k.Algorithm, ""), k.ID, false)
}

func (k *Key) verification() *bundle.VerificationConfig {
	public := &bundle.KeyConfig{Key: k.public, Algorithm: k.Algorithm}
	return bundle.NewVerificationConfig(map[string]*bundle.KeyConfig{k.ID: public}, k.ID, "", nil)
}

// parseKey gives the private key as OPA reads it, and its public key, both in PEM.
func parseKey(text []byte, algorithm string) (private, public string, err error) {
	key, err := decodeKey(text)
	if err != nil {
		return "", "", err
	}
	var publicKey any
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if bits, ok := curves[algorithm]; ok {
			return "", "", fmt.Errorf("the key is an RSA key, but %s needs an elliptic curve of %d bits; use another key or algorithm", algorithm, bits)
		}
		if key.N.BitLen() < minBits {
			return "", "", fmt.Errorf("the key has %d bits; make one with at least %d bits", key.N.BitLen(), minBits)
		}
		publicKey = &key.PublicKey
	case *ecdsa.PrivateKey:
		if bits := key.Curve.Params().BitSize; curves[algorithm] != bits {
			return "", "", fmt.Errorf("the key is on an elliptic curve of %d bits, which does not fit %s; use another key or algorithm", bits, algorithm)
		}
		publicKey = &key.PublicKey
	default:
		return "", "", fmt.Errorf("the key is a %T, which agents cannot verify; use an RSA key or an elliptic curve", key)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", "", err
	}
	open, err := x509.MarshalPKIXPublicKey(publicKey)
	if err != nil {
		return "", "", err
	}
	return encode("PRIVATE KEY", secret), encode("PUBLIC KEY", open), nil
}

func encode(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

// decodeKey reads the first private key of a file. It skips blocks of other types, such as openssl's EC PARAMETERS.
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
			return nil, errors.New("the key is encrypted; decrypt it with openssl pkey")
		case "PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE":
			return nil, fmt.Errorf("this is a %s; give the private key", strings.ToLower(block.Type))
		}
	}
	return nil, errors.New("the file contains no private key in PEM")
}
