package cluster_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/diagnose"
)

// The scheduler and the API server are real, and say what they say. There is no kubelet and no controller: the status of the
// pod that landed and its event are made by hand. So is the event of the ReplicaSet, with the words of the API server about a pod of
// it whose os.name a policy has set; of a template that declares windows the API server refuses the field itself.
func TestDiagnose_FindsTheCausesInACluster(t *testing.T) {
	winpolicy := buildWinpolicy(t)
	c := cluster.Start(t)
	for _, os := range []string{"linux", "windows"} {
		create(t, c, object(`{apiVersion: v1, kind: Node, metadata: {name: `+os+`-1, labels: {kubernetes.io/os: `+os+`}},
			status: {allocatable: {cpu: "8", memory: 32Gi, pods: "110"}, conditions: [{type: Ready, status: "True"}]}}`))
	}
	c.Kubectl(t, "taint", "node", "--all", "node.kubernetes.io/not-ready:NoSchedule-")
	c.Kubectl(t, "taint", "node", "windows-1", "os=windows:NoSchedule")
	c.StartScheduler(t)

	waits := create(t, c, pod("waits", "os: {name: windows}\nnodeSelector: {kubernetes.io/os: windows}\ncontainers: [{name: app, image: registry.example/app:7}]"))
	cluster.Eventually(t, func() error {
		events := c.Kubectl(t, "get", "events", "--field-selector=involvedObject.name=waits,reason=FailedScheduling", "-o", "name")
		if events == "" {
			return errors.New("the scheduler has written no event")
		}
		return nil
	})
	landed := create(t, c, pod("landed", "nodeName: windows-1\ncontainers: [{name: app, image: registry.example/app:7}]"))
	landed.Object["status"] = object(`{phase: Pending, containerStatuses: [{name: app, image: app, imageID: "", ready: false, restartCount: 0, state: {waiting: {reason: ImagePullBackOff}}}]}`).Object
	_, err := c.Of(t, landed).UpdateStatus(t.Context(), landed, metav1.UpdateOptions{})
	require.NoError(t, err)
	tell(t, c, landed, "Failed", `Failed to pull image "registry.example/app:7": no match for platform in manifest: not found`)
	well := create(t, c, pod("well", "nodeName: linux-1\nnodeSelector: {kubernetes.io/os: linux}\ncontainers: [{name: app, image: registry.example/app:7}]"))
	well.Object["status"] = object(`{phase: Running, conditions: [{type: Ready, status: "True"}]}`).Object
	_, err = c.Of(t, well).UpdateStatus(t.Context(), well, metav1.UpdateOptions{})
	require.NoError(t, err)
	set := create(t, c, workload("ReplicaSet", "web-6d", "hostPID: true\ntolerations: [{operator: Exists}]\nnodeSelector: {kubernetes.io/os: windows}\ncontainers: [{name: app, image: registry.example/app:7}]", nil))
	refusal, _ := try(t, c, pod("web-6d-x", "os: {name: windows}\nhostPID: true\ncontainers: [{name: app, image: registry.example/app:7}]"))
	require.Error(t, refusal)
	tell(t, c, set, "FailedCreate", "Error creating: "+refusal.Error())

	for name, tc := range map[string]struct {
		arguments []string
		want      []string
	}{
		"a pod that the scheduler cannot place": {[]string{"pod/waits"}, []string{"Pod default/waits: toleration both"}},
		"all that does not run well":            {[]string{"pods"}, []string{"Pod default/landed: linux-escape both", "Pod default/waits: toleration both", "ReplicaSet default/web-6d: host-namespaces both"}},
		"in all namespaces":                     {[]string{"pods", "-A"}, []string{"Pod default/landed: linux-escape both", "Pod default/waits: toleration both", "ReplicaSet default/web-6d: host-namespaces both"}},
	} {
		t.Run(name, func(t *testing.T) {
			report, code := diagnosed(t, c, winpolicy, "", tc.arguments...)
			require.Zero(t, code)
			require.Empty(t, report.Notes)
			require.ElementsMatch(t, tc.want, firsts(report))
		})
	}
	t.Run("kubectl's output", func(t *testing.T) {
		report, code := diagnosed(t, c, winpolicy, c.Kubectl(t, "get", "pods,events,replicasets", "-o", "json"), "-")
		require.Zero(t, code)
		require.Equal(t, 1, report.Well)
		require.Len(t, firsts(report), 3)
	})
	t.Run("a user who may only get and list pods", func(t *testing.T) {
		c.Kubectl(t, "create", "role", "pods", "--verb=get,list", "--resource=pods")
		c.Kubectl(t, "create", "rolebinding", "pods", "--role=pods", "--user=jane")
		report, code := diagnosed(t, c, winpolicy, "", "pod", waits.GetName(), "--as", "jane")
		require.Zero(t, code)
		require.Equal(t, []string{"Pod default/waits: toleration both"}, firsts(report))
		require.Len(t, report.Notes, 2)
		_, code = diagnosed(t, c, winpolicy, "", "pod", waits.GetName(), "--as", "john")
		require.Equal(t, 2, code)
	})
}

// tell creates an event about an object.
func tell(t *testing.T, c *cluster.Cluster, about *unstructured.Unstructured, reason, message string) {
	t.Helper()
	event := object(`{apiVersion: v1, kind: Event, metadata: {name: ` + strings.ToLower(reason) + `}, type: Warning, reason: ` + reason + `}`)
	event.Object["message"] = message
	event.Object["involvedObject"] = map[string]any{
		"apiVersion": about.GetAPIVersion(), "kind": about.GetKind(), "namespace": about.GetNamespace(), "name": about.GetName(), "uid": string(about.GetUID()),
	}
	create(t, c, event)
}

// diagnosed runs winpolicy diagnose, and gives its answer and its exit code.
func diagnosed(t *testing.T, c *cluster.Cluster, winpolicy, stdin string, arguments ...string) (report diagnose.Report, code int) {
	t.Helper()
	var output, problems bytes.Buffer
	command := exec.CommandContext(t.Context(), winpolicy, append([]string{"diagnose", "-o", "json", "--platform", "generic"}, arguments...)...)
	command.Env, command.Stdin, command.Stdout, command.Stderr = c.Environment(t), strings.NewReader(stdin), &output, &problems
	if err := command.Run(); command.ProcessState == nil {
		require.NoError(t, err)
	}
	if output.Len() > 0 {
		require.NoError(t, json.Unmarshal(output.Bytes(), &report), problems.String())
	}
	return report, command.ProcessState.ExitCode()
}

// buildWinpolicy builds the program, and gives its path.
func buildWinpolicy(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "winpolicy")
	command := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", path, "./cmd/winpolicy")
	command.Dir = root
	output, err := command.CombinedOutput()
	require.NoError(t, err, string(output))
	return path
}

// firsts gives the first cause of each subject.
func firsts(report diagnose.Report) []string {
	var all []string
	for _, one := range report.Subjects {
		all = append(all, one.Object.String()+": "+one.Causes[0].Rule+" "+string(one.Causes[0].Basis))
	}
	return all
}
