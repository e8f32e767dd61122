// Package cluster runs a Kubernetes control plane on loopback for a test: etcd, kube-apiserver and, where they are asked
// for, Gatekeeper and kube-scheduler. Each is built from its own module below e2e/tools, at its own pins.
//
// There is no controller manager and no kubelet: Deployments make no pods, and nobody collects what lost its owner.
package cluster

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Cluster is an API server with what stands behind it.
type Cluster struct {
	*Client
	Kubeconfig string // the path of an administrator's
	folder     string
	config     *rest.Config
}

// patience is how long a state is waited for: the machine may be building something else.
const patience = 5 * time.Minute

// Start runs etcd and kube-apiserver on free ports until the test ends, and gives the cluster once it is ready.
func Start(t testing.TB) *Cluster {
	t.Helper()
	c := &Cluster{folder: t.TempDir()}
	etcd := c.startEtcd(t)
	c.startServer(t, etcd)
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	require.NoError(t, err)
	c.config = config
	c.Client = newClient(t, config)
	return c
}

func (c *Cluster) startEtcd(t testing.TB) (url string) {
	t.Helper()
	startReady(t, func() (*process, *http.Client, string) {
		url = "http://" + freeAddress(t)
		peers := "http://" + freeAddress(t)
		return start(t, Tool(t, "etcd", "server"), nil,
			"--data-dir="+filepath.Join(c.folder, "etcd"), "--unsafe-no-fsync", "--log-level=warn",
			"--listen-client-urls="+url, "--advertise-client-urls="+url,
			"--listen-peer-urls="+peers, "--initial-advertise-peer-urls="+peers, "--initial-cluster=default="+peers,
		), http.DefaultClient, url + "/readyz"
	})
	return url
}

// startServer serves the API as distributions do, --allow-privileged among it, without which no HostProcess container
// exists. But nobody makes the account `default` that the ServiceAccount plugin would put into every pod.
func (c *Cluster) startServer(t testing.TB, etcd string) {
	t.Helper()
	startReady(t, func() (*process, *http.Client, string) {
		address := freeAddress(t)
		identity := newIdentity(t, c.folder, address)
		c.Kubeconfig = identity.kubeconfig
		return start(t, Tool(t, "kubernetes", "kube-apiserver"), nil,
			"--etcd-servers="+etcd, "--bind-address=127.0.0.1", "--secure-port="+portOf(t, address),
			"--endpoint-reconciler-type=none", // which would refuse to advertise loopback
			"--cert-dir="+c.folder, "--tls-cert-file="+identity.certificate, "--tls-private-key-file="+identity.key,
			"--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.96.0.0/16",
			"--service-account-key-file="+identity.key, "--service-account-signing-key-file="+identity.key,
			"--token-auth-file="+identity.tokens, "--authorization-mode=RBAC",
			"--disable-admission-plugins=ServiceAccount", "--allow-privileged=true",
		), identity.client(t), "https://" + address + "/readyz"
	})
}

// StartScheduler runs kube-scheduler with its default profile until the test ends.
func (c *Cluster) StartScheduler(t testing.TB) {
	t.Helper()
	startReady(t, func() (*process, *http.Client, string) {
		address := freeAddress(t)
		return start(t, Tool(t, "kubernetes", "kube-scheduler"), nil,
			"--kubeconfig="+c.Kubeconfig, "--bind-address=127.0.0.1", "--secure-port="+portOf(t, address),
			"--cert-dir="+filepath.Join(c.folder, "scheduler"), "--leader-elect=false",
		), insecure(), "https://" + address + "/readyz"
	})
}

// Kubectl runs kubectl as the administrator, in the project's root, and gives what it prints.
func (c *Cluster) Kubectl(t testing.TB, arguments ...string) string {
	t.Helper()
	return run(t, root(t), c.Environment(t), Tool(t, "kubernetes", "kubectl"), arguments...)
}

// KubectlFails runs kubectl as Kubectl does, which must not succeed, and gives what it says.
func (c *Cluster) KubectlFails(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), Tool(t, "kubernetes", "kubectl"), arguments...)
	command.Dir, command.Env = root(t), c.Environment(t)
	output, err := command.CombinedOutput()
	require.Error(t, err, "kubectl %v\n%s", arguments, output)
	return string(output)
}

// Environment is that of a shell in which kubectl is on the path and finds the cluster. kubectl caches by address what an API
// server offers, and the next cluster can have the same address, so each has its own cache.
func (c *Cluster) Environment(t testing.TB) []string {
	t.Helper()
	return append(os.Environ(), "KUBECONFIG="+c.Kubeconfig, "KUBECACHEDIR="+filepath.Join(filepath.Dir(c.Kubeconfig), "cache"),
		"PATH="+pathBefore(filepath.Dir(Tool(t, "kubernetes", "kubectl"))))
}

// HelmEnvironment is Environment with helm on the path, too. It has its own HOME, because helm caches there what the API
// server offers, and reads its plugins.
func (c *Cluster) HelmEnvironment(t testing.TB) []string {
	t.Helper()
	path := pathBefore(filepath.Dir(Helm(t)), filepath.Dir(Tool(t, "kubernetes", "kubectl")))
	return append(c.Environment(t), "PATH="+path, "HOME="+filepath.Dir(c.Kubeconfig))
}

// pathBefore is PATH behind some folders.
func pathBefore(folders ...string) string {
	return strings.Join(append(folders, os.Getenv("PATH")), string(os.PathListSeparator))
}
