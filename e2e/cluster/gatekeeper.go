package cluster

import (
	"bytes"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// Gatekeeper is Gatekeeper as its own manifest installs it, but for the pod around it.
type Gatekeeper struct {
	cluster   *Cluster
	process   *process
	arguments []string
	health    string // the URL that is 200 when it is ready
	webhook   string // the URL that the API server asks
	metrics   string // the URL of what it counts
	authority []byte // what the API server trusts it by
}

// namespace is where Gatekeeper keeps its own objects. It does not judge there.
const namespace = "gatekeeper-system"

// StartGatekeeper installs Gatekeeper's CRDs and webhooks, and runs it until the test ends.
func (c *Cluster) StartGatekeeper(t testing.TB) *Gatekeeper {
	t.Helper()
	module := Source(t, "gatekeeper")
	c.Kubectl(t, "create", "-f", filepath.Join(module, "charts", "gatekeeper", "crds"))
	c.Kubectl(t, "wait", "crd", "--all", "--for=condition=Established", "--timeout=60s")
	c.Kubectl(t, "create", "namespace", namespace)
	folder := filepath.Join(c.folder, "gatekeeper")
	cache := filepath.Join(folder, "audit")
	require.NoError(t, os.MkdirAll(cache, 0o700))
	health, webhook, metrics := freeAddress(t), freeAddress(t), freeAddress(t)
	g := &Gatekeeper{
		cluster: c, authority: writeCertificate(t, folder),
		health: "http://" + health + "/readyz", webhook: "https://" + webhook,
		metrics: "http://" + metrics + "/metrics",
		arguments: []string{
			"--kubeconfig=" + c.Kubeconfig, "--debug-use-fake-pod", "--disable-cert-rotation", "--cert-dir=" + folder,
			"--host=127.0.0.1", "--port=" + portOf(t, webhook), "--health-addr=" + health,
			"--prometheus-port=" + portOf(t, metrics), "--api-cache-dir=" + cache, "--audit-interval=5",
			"--disable-opa-builtin=http.send", "--exempt-namespace=" + namespace,
			"--default-wait-for-vapb-generation=0", "--shutdown-delay=1",
			"--readiness-retries=-1", // or it is ready once it has tried, with or without success
		},
	}
	g.Start(t)
	g.register(t)
	g.waitUntilAsked(t)
	return g
}

// Start runs it, again where it has been killed, and waits until it is ready.
func (g *Gatekeeper) Start(t testing.TB) {
	t.Helper()
	g.process = startReady(t, func() (*process, *http.Client, string) {
		return start(t, Tool(t, "gatekeeper", "gatekeeper"), []string{"POD_NAMESPACE=" + namespace}, g.arguments...),
			http.DefaultClient, g.health
	})
}

// Kill ends it as a lost node would.
func (g *Gatekeeper) Kill() { g.process.stop(syscall.SIGKILL) }

// register creates the webhooks of Gatekeeper's own manifest, for an address in place of a Service. They fail closed,
// so that nothing passes a test for the reason that nobody was asked.
func (g *Gatekeeper) register(t testing.TB) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(Source(t, "gatekeeper"), "deploy", "gatekeeper.yaml"))
	require.NoError(t, err)
	for document := range bytes.SplitSeq(text, []byte("\n---\n")) {
		object := &unstructured.Unstructured{}
		require.NoError(t, yaml.Unmarshal(document, &object.Object))
		if !slices.Contains([]string{"ValidatingWebhookConfiguration", "MutatingWebhookConfiguration"}, object.GetKind()) {
			continue
		}
		for _, item := range object.Object["webhooks"].([]any) {
			webhook := item.(map[string]any)
			client := webhook["clientConfig"].(map[string]any)
			path := client["service"].(map[string]any)["path"].(string)
			webhook["clientConfig"] = map[string]any{"url": g.webhook + path, "caBundle": g.authority}
			webhook["failurePolicy"], webhook["timeoutSeconds"] = "Fail", 30
		}
		g.cluster.create(t, object)
	}
}

// waitUntilAsked waits until the API server, which learns of webhooks by a watch, asks. It does so for the label by which
// a namespace would withdraw from Gatekeeper.
func (g *Gatekeeper) waitUntilAsked(t testing.TB) {
	t.Helper()
	probe := &unstructured.Unstructured{}
	probe.SetAPIVersion("v1")
	probe.SetKind("Namespace")
	probe.SetName("withdrawn")
	probe.SetLabels(map[string]string{"admission.gatekeeper.sh/ignore": "yes"})
	namespaces := g.cluster.Of(t, probe)
	Eventually(t, func() error {
		_, err := namespaces.Create(t.Context(), probe, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if err == nil {
			return errors.New("the API server does not ask Gatekeeper")
		}
		if !strings.Contains(err.Error(), `"check-ignore-label.gatekeeper.sh" denied the request`) {
			return err
		}
		return nil
	})
}

func (c *Cluster) create(t testing.TB, object *unstructured.Unstructured) {
	t.Helper()
	_, err := c.Of(t, object).Create(t.Context(), object, metav1.CreateOptions{})
	require.NoError(t, err)
}
