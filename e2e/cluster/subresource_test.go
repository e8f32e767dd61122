package cluster_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"winpolicy/e2e/cluster"
)

// selecting is a PodSpec that the API server does not know to be one for Windows.
var selecting = strings.ReplaceAll(accepted, "os: {name: windows}", "")

// An ephemeral container reaches a pod by its subresource alone, and so do its resources while it runs. What that adds is
// judged; what was wrong with the pod before is not.
func TestTheSubresourcesOfAWindowsPodAreJudged(t *testing.T) {
	c := cluster.Start(t)
	create(t, c, object(`{apiVersion: v1, kind: Node, metadata: {name: unlabelled}, status: {allocatable: {cpu: "8", memory: 32Gi, pods: "110"}}}`))
	for name, spec := range map[string]string{
		"well": accepted, "ill": refused,
		"selecting": selecting, "selecting-ill": strings.ReplaceAll(refused, "os: {name: windows}", ""),
		"bound": selecting + "nodeName: unlabelled\n",
	} {
		create(t, c, pod(name, spec))
	}
	c.StartGatekeeper(t)
	install(t, c)

	const (
		denied  = `admission webhook "validation.gatekeeper.sh" denied the request: `
		windows = "mcr.microsoft.com/windows/nanoserver:ltsc2022"
		more    = `{"spec": {"containers": [{"name": "app", "resources": {"requests": {"cpu": "200m"}}}]}}`
	)
	debugger := func(fields string) string {
		return `{"spec": {"ephemeralContainers": [{"name": "debugger", ` + fields + `}]}}`
	}
	for name, tc := range map[string]struct {
		pod, subresource, patch string
		refuser                 string // what the refusal says, "" where there is none
		want                    []string
	}{
		"an image for Windows into a pod that is well":            {"well", "ephemeralcontainers", debugger(`"image": "` + windows + `"`), "", nil},
		"an image for Windows into a pod with an old finding":     {"ill", "ephemeralcontainers", debugger(`"image": "` + windows + `"`), "", nil},
		"an image for Linux into a pod that is well":              {"well", "ephemeralcontainers", debugger(`"image": "busybox"`), denied, []string{"windows-workloads: mixed-os"}},
		"an image for Linux into a pod with an old finding":       {"ill", "ephemeralcontainers", debugger(`"image": "busybox"`), denied, []string{"windows-workloads: mixed-os"}},
		"an image for Linux into a pod that merely selects":       {"selecting", "ephemeralcontainers", debugger(`"image": "busybox"`), denied, []string{"windows-workloads: mixed-os"}},
		"a shell of Linux, which is warned about":                 {"well", "ephemeralcontainers", debugger(`"image": "` + windows + `", "command": ["/bin/sh"]`), "", []string{"windows-workloads-warn: command-os"}},
		"a field of Linux, which the API server refuses":          {"well", "ephemeralcontainers", debugger(`"image": "` + windows + `", "securityContext": {"privileged": true}`), "spec.ephemeralContainers[0].securityContext.privileged: Forbidden", nil},
		"more of a pod that declares Windows":                     {"well", "resize", more, "windows pods cannot be resized", nil},
		"more of a pod that waits for its node":                   {"selecting", "resize", more, "", nil},
		"more of a pod that waits, and that has an old finding":   {"selecting-ill", "resize", more, "", nil},
		"more of a pod on a node of an unknown OS":                {"bound", "resize", more, denied, []string{"windows-workloads: in-place-resize"}},
		"a label on a pod with an old finding, by no subresource": {"ill", "", `{"metadata": {"labels": {"team": "shop"}}}`, "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			refusal, warnings := change(t, c, tc.pod, tc.subresource, tc.patch)
			if tc.refuser == "" {
				require.NoError(t, refusal)
				require.ElementsMatch(t, tc.want, said(t, warnings...))
				return
			}
			require.ErrorContains(t, refusal, tc.refuser)
			require.ElementsMatch(t, tc.want, said(t, refusal.Error()))
		})
	}
	for name, tc := range map[string]struct{ image, want string }{
		"kubectl debug with an image for Windows": {windows, ""},
		"kubectl debug with an image for Linux":   {"busybox", "(winpolicy explain mixed-os)"},
	} {
		t.Run(name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), cluster.Tool(t, "kubernetes", "kubectl"),
				"debug", "pod/well", "--profile=baseline", "--image="+tc.image)
			command.Env = c.Environment(t)
			output, err := command.CombinedOutput()
			if tc.want == "" {
				require.NoError(t, err, string(output))
				return
			}
			require.Error(t, err)
			require.Contains(t, string(output), denied)
			require.Contains(t, string(output), tc.want)
		})
	}
}

// change patches a pod or a subresource of it, as a dry run.
func change(t *testing.T, c *cluster.Cluster, name, subresource, patch string) (refusal error, warnings []string) {
	t.Helper()
	pods, err := c.Resource("v1", "Pod", "")
	require.NoError(t, err)
	var subresources []string
	if subresource != "" {
		subresources = append(subresources, subresource)
	}
	warnings = cluster.Warned(t.Context(), func(ctx context.Context) {
		options := metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}}
		_, refusal = pods.Patch(ctx, name, types.StrategicMergePatchType, []byte(patch), options, subresources...)
	})
	return refusal, warnings
}
