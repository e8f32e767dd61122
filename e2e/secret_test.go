package e2e

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func newKey(t testing.TB) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	return key
}

func putPEM(t testing.TB, file, kind string, content []byte, err error) {
	t.Helper()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file+".new", pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600))
	require.NoError(t, os.Rename(file+".new", file))
}

func putPrivate(t testing.TB, file string, key crypto.PrivateKey) {
	t.Helper()
	content, err := x509.MarshalPKCS8PrivateKey(key)
	putPEM(t, file, "PRIVATE KEY", content, err)
}

// keys makes two key pairs and returns their files.
func keys(t *testing.T) (private, public, otherPublic string) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"key", "other"} {
		key, file := newKey(t), filepath.Join(folder, name)
		putPrivate(t, file, key)
		content, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
		putPEM(t, file+".pub", "PUBLIC KEY", content, err)
	}
	return filepath.Join(folder, "key"), filepath.Join(folder, "key.pub"), filepath.Join(folder, "other.pub")
}

// authority is a CA.
type authority struct {
	folder string
	key    *rsa.PrivateKey
	cert   *x509.Certificate
}

// newAuthority makes a CA, and signs a certificate for a server and one for an agent. The files are ca.pem, server.pem,
// server.key, agent.pem and agent.key.
func newAuthority(t testing.TB) *authority {
	t.Helper()
	made := &authority{folder: t.TempDir(), key: newKey(t)}
	made.cert = certificate("test CA")
	made.cert.IsCA, made.cert.BasicConstraintsValid, made.cert.KeyUsage = true, true, x509.KeyUsageCertSign
	content, err := x509.CreateCertificate(rand.Reader, made.cert, made.cert, &made.key.PublicKey, made.key)
	putPEM(t, made.file("ca.pem"), "CERTIFICATE", content, err)
	made.sign(t, "server")
	made.sign(t, "agent")
	return made
}

func (a *authority) file(name string) string { return filepath.Join(a.folder, name) }

// sign writes a new certificate and its key. For a moment they do not match.
func (a *authority) sign(t testing.TB, name string) {
	t.Helper()
	key := newKey(t)
	content, err := x509.CreateCertificate(rand.Reader, certificate(name), a.cert, &key.PublicKey, a.key)
	putPEM(t, a.file(name+".pem"), "CERTIFICATE", content, err)
	putPrivate(t, a.file(name+".key"), key)
}

func certificate(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(24 * time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
}
