package cluster_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"winpolicy/e2e/cluster"
)

// audited is how many pods the cluster holds that a Deployment's ReplicaSet owns. No controller runs here, so the test makes the
// ReplicaSet and the pods by hand, with the ownerReferences that the controllers write.
const audited = 200

func TestAudit_ReadsALiveCluster(t *testing.T) {
	c := cluster.Start(t)
	plugin := newPlugin(t, c)
	manifests := createAudited(t, c)

	checked, code := plugin.run(t, "check", "-o", "json", manifests)
	require.Equal(t, 1, code)
	want := findingsOf(t, checked)
	require.NotEmpty(t, want)

	t.Run("it finds what check finds in the manifests", func(t *testing.T) {
		printed, code := plugin.run(t, "audit", "-n", "shop", "-o", "json")
		require.Equal(t, 1, code)
		require.Equal(t, want, findingsOf(t, printed))
		paged, code := plugin.run(t, "audit", "-n", "shop", "-o", "json", "--page-size", "15")
		require.Equal(t, 1, code)
		require.Equal(t, printed, paged)
	})
	t.Run("it prints what the page shows", func(t *testing.T) {
		printed, code := plugin.run(t, "audit", "-n", "shop")
		require.Equal(t, 1, code)
		require.Contains(t, page(t), "\n```\n"+printed+"```\n")
	})
	t.Run("it reads page by page", func(t *testing.T) {
		require.Equal(t, 14, pagesOf(t, c, 15))
	})
	t.Run("with the role of deploy/ it may list all that it asks for", func(t *testing.T) {
		token := account(t, c, "auditor")
		for _, line := range commands(t, "docs/audit.md", "Rights") {
			c.Kubectl(t, strings.Fields(line)[1:]...)
		}
		printed, code := plugin.run(t, "audit", "-A", "-o", "json", "--token", token)
		require.Equal(t, 1, code)
		require.Empty(t, unlisted(t, printed))
		all := findingsOf(t, printed)
		for _, one := range want {
			require.Contains(t, all, one)
		}
	})
	t.Run("with the role in one namespace it reads that namespace", func(t *testing.T) {
		token := account(t, c, "tenant")
		const bind = "create rolebinding tenant -n shop --clusterrole=winpolicy-audit --serviceaccount=shop:tenant"
		require.Contains(t, page(t), "\nkubectl "+bind+"\n")
		c.Kubectl(t, strings.Fields(bind)...)
		printed, code := plugin.run(t, "audit", "-n", "shop", "-o", "json", "--token", token)
		require.Equal(t, 1, code)
		require.Equal(t, want, findingsOf(t, printed))
		require.Equal(t, []string{"persistentvolumes", "runtimeclasses", "storageclasses"}, unlisted(t, printed))
		_, code = plugin.run(t, "audit", "-A", "--token", token)
		require.Equal(t, 2, code, "it may list nothing in all namespaces")
	})
	t.Run("with rights to list pods it judges the pods", func(t *testing.T) {
		token := account(t, c, "pods")
		c.Kubectl(t, "create", "clusterrole", "pods", "--verb=list", "--resource=pods")
		c.Kubectl(t, "create", "clusterrolebinding", "pods", "--clusterrole=pods", "--serviceaccount=shop:pods")
		printed, code := plugin.run(t, "audit", "-n", "shop", "-o", "json", "--token", token)
		require.Equal(t, 1, code)
		found := map[string]int{}
		for _, one := range findingsOf(t, printed) {
			found[strings.Fields(one)[1]+" "+strings.Fields(one)[2]]++
		}
		require.Equal(t, audited+1, found["linux-volume Pod"], "their owners are not known")
		require.NotContains(t, found, "linux-volume Deployment")
		require.Contains(t, unlisted(t, printed), "deployments")
	})
	t.Run("without rights", func(t *testing.T) {
		token := account(t, c, "nobody")
		printed, code := plugin.run(t, "audit", "-A", "--token", token)
		require.Equal(t, 2, code)
		require.Contains(t, printed, "error: the user may list nothing that a rule judges; docs/audit.md names the rights\n")
		printed, _ = plugin.run(t, "audit", "-A", "-o", "json", "--token", token)
		require.Equal(t, granted(t), unlisted(t, printed), "the role has no right that it does not need")
	})
	t.Run("with an unknown token", func(t *testing.T) {
		printed, code := plugin.run(t, "audit", "-A", "--token", "unknown")
		require.Equal(t, 2, code)
		require.Contains(t, printed, "does not know the user")
	})
	t.Run("kubectl runs it", func(t *testing.T) {
		command := exec.CommandContext(t.Context(), cluster.Tool(t, "kubernetes", "kubectl"), "winpolicy", "audit", "-n", "shop", "-o", "json", "--context", "test")
		command.Env = plugin.environment
		printed, err := command.Output()
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		require.Equal(t, 1, exit.ExitCode())
		require.Equal(t, want, findingsOf(t, string(printed)))
		require.Contains(t, plugin.kubectl(t, "winpolicy", "audit", "--help"), "\n  kubectl winpolicy audit [flags]\n")
		require.Contains(t, plugin.kubectl(t, "plugin", "list"), "kubectl-winpolicy")
		require.Contains(t, plugin.kubectl(t, "__complete", "winpolicy", "audit", "--fail-on", ""), "deny\nwarn\n")
	})
}

// page returns the page about audit.
func page(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs", "audit.md"))
	require.NoError(t, err)
	return string(text)
}

// createAudited creates workloads in the namespace shop, and returns the path of a manifest of those that no other one owns.
func createAudited(t *testing.T, c *cluster.Cluster) string {
	t.Helper()
	create(t, c, object(`{apiVersion: v1, kind: Namespace, metadata: {name: shop}}`))
	alone := pod("alone", refused)
	service := object(`{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}], sessionAffinity: ClientIP}}`)
	all := []*unstructured.Unstructured{workload("Deployment", "web", refused, nil), workload("StatefulSet", "plain", accepted, nil), job("batch", refused), alone, service}
	var texts []string
	var deployment *unstructured.Unstructured
	for _, one := range all {
		one = in("shop", one)
		text, err := yaml.Marshal(one.Object)
		require.NoError(t, err)
		texts = append(texts, string(text))
		stored := create(t, c, one)
		if one.GetKind() == "Deployment" {
			deployment = stored
		}
	}
	set := create(t, c, in("shop", workload("ReplicaSet", "web-6d4cf56db6", refused, deployment)))
	for i := range audited {
		made := in("shop", pod(fmt.Sprintf("web-6d4cf56db6-%03d", i), refused))
		made.SetLabels(map[string]string{"app": "web"})
		own(made, set)
		create(t, c, made)
	}
	path := filepath.Join(t.TempDir(), "manifests.yaml")
	require.NoError(t, os.WriteFile(path, []byte(strings.Join(texts, "---\n")), 0o600))
	return path
}

// account creates an account without rights in the namespace shop, and returns a token of it.
func account(t *testing.T, c *cluster.Cluster, name string) string {
	t.Helper()
	c.Kubectl(t, "create", "serviceaccount", name, "-n", "shop")
	return strings.TrimSpace(c.Kubectl(t, "create", "token", name, "-n", "shop"))
}

type auditReport struct {
	Violations []struct {
		Rule, Severity, Field string
		Object                struct{ Kind, Namespace, Name string }
	}
	Diagnostics []struct{ Kind, Message string }
}

func reportOf(t *testing.T, printed string) auditReport {
	t.Helper()
	var read auditReport
	require.NoError(t, json.Unmarshal([]byte(printed), &read), printed)
	return read
}

// findingsOf lists the findings of a report in JSON as "severity rule Kind namespace/name field".
func findingsOf(t *testing.T, printed string) []string {
	t.Helper()
	var all []string
	for _, one := range reportOf(t, printed).Violations {
		all = append(all, fmt.Sprintf("%s %s %s %s/%s %s", one.Severity, one.Rule, one.Object.Kind, one.Object.Namespace, one.Object.Name, one.Field))
	}
	slices.Sort(all)
	return all
}

// unlisted returns the resources that could not be listed.
func unlisted(t *testing.T, printed string) []string {
	t.Helper()
	var all []string
	for _, one := range reportOf(t, printed).Diagnostics {
		if one.Kind == "unlisted" {
			_, resource, _ := strings.Cut(one.Message, ": list ")
			resource, _, _ = strings.Cut(resource, ":")
			all = append(all, resource)
		}
	}
	slices.Sort(all)
	return all
}

// granted returns the kinds that the role of deploy/ lets list.
func granted(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "deploy", "audit", "clusterrole.yaml"))
	require.NoError(t, err)
	var role struct {
		Rules []struct{ Resources, Verbs []string }
	}
	require.NoError(t, yaml.Unmarshal(text, &role))
	var all []string
	for _, rule := range role.Rules {
		require.Equal(t, []string{"list"}, rule.Verbs)
		all = append(all, rule.Resources...)
	}
	slices.Sort(all)
	return all
}
