package cluster

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
	"k8s.io/client-go/util/cert"
)

// identity is what the API server proves itself with, and knows its administrator by.
type identity struct {
	certificate, key string // paths
	tokens           string // the path of the file of known tokens
	kubeconfig       string // the path of the administrator's
	config           api.Config
}

const token = "administrator"

func newIdentity(t testing.TB, folder, address string) identity {
	t.Helper()
	made := identity{
		certificate: filepath.Join(folder, "tls.crt"), key: filepath.Join(folder, "tls.key"),
		tokens: filepath.Join(folder, "tokens.csv"), kubeconfig: filepath.Join(folder, "kubeconfig"),
		config: *api.NewConfig(),
	}
	authority := writeCertificate(t, folder)
	require.NoError(t, os.WriteFile(made.tokens, []byte(token+`,administrator,1,"system:masters"`+"\n"), 0o600))
	made.config.Clusters["test"] = &api.Cluster{Server: "https://" + address, CertificateAuthorityData: authority}
	made.config.AuthInfos["test"] = &api.AuthInfo{Token: token}
	made.config.Contexts["test"] = &api.Context{Cluster: "test", AuthInfo: "test"}
	made.config.CurrentContext = "test"
	require.NoError(t, clientcmd.WriteToFile(made.config, made.kubeconfig))
	return made
}

// writeCertificate makes tls.crt and tls.key for 127.0.0.1 in the folder, and gives the bundle that trusts them.
func writeCertificate(t testing.TB, folder string) []byte {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o700))
	certificate, key, err := cert.GenerateSelfSignedCertKey("localhost", []net.IP{net.IPv4(127, 0, 0, 1)}, nil)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "tls.crt"), certificate, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "tls.key"), key, 0o600))
	return certificate
}

// client speaks to the API server as the administrator.
func (i identity) client(t testing.TB) *http.Client {
	t.Helper()
	config, err := clientcmd.NewDefaultClientConfig(i.config, nil).ClientConfig()
	require.NoError(t, err)
	client, err := rest.HTTPClientFor(config)
	require.NoError(t, err)
	return client
}
