package gotest

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	v1 "github.com/open-policy-agent/frameworks/constraint/pkg/apis/templates/v1"
	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/manifest"
	"winpolicy/internal/sample"
)

const linuxPod = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, image: "nginx:1.27"}]}
`

// badPod has five findings.
const badPod = `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec:
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  hostPID: true
  securityContext: {runAsUser: 1000, fsGroup: 1}
  containers:
  - {name: web, image: "mcr.microsoft.com/windows/servercore:ltsc2022", securityContext: {privileged: true}}
  - {name: sidecar, image: "mcr.microsoft.com/windows/nanoserver:ltsc2022", securityContext: {capabilities: {drop: [ALL]}}}
`

const deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  replicas: 1
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      os: {name: windows}
      nodeSelector: {kubernetes.io/os: windows}
      containers: [{name: web, image: "mcr.microsoft.com/windows/servercore:ltsc2022"}]
`

// admitted are requests whose cost matters, because clusters make them all the time. A limit of allocations is a tenth above
// what was counted when it was written.
var admitted = []struct {
	name, object, old string // old is what an UPDATE replaces
	findings          int
	limit             float64
}{
	{"Linux pod", linuxPod, "", 0, 1450},
	{"clean Windows pod", plainPods["clean"], "", 0, 3350},
	{"Windows pod as admitted", plainPods["as admitted"], "", 0, 4520},
	{"realistic Windows pod", plainPods["realistic"], "", 0, 5100},
	{"Windows pod with five findings", badPod, "", 5, 10790},
	{"Windows Deployment", deployment, "", 0, 4620},
	{"UPDATE that scales", strings.Replace(deployment, "replicas: 1", "replicas: 2", 1), deployment, 0, 2330},
	{"UPDATE of an image", strings.Replace(deployment, "servercore:", "server:", 1), deployment, 0, 5360},
}

// requestOf gives the request that creates an object, or replaces an old one.
func requestOf(t testing.TB, object, old string) any {
	t.Helper()
	var made, replaced map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(object), &made))
	require.NoError(t, yaml.Unmarshal([]byte(old), &replaced))
	request := reviewOf(sample.Sample{Name: "web", Object: manifest.Object{Value: made}})["request"].(map[string]any)
	if replaced != nil {
		request["operation"], request["oldObject"] = "UPDATE", replaced
	}
	return request
}

// What a review costs is counted in allocations, which no other work on the machine disturbs. docs/performance.md has the
// time.
func TestReview_AllocatesWithinItsLimit(t *testing.T) {
	made := installation(t)
	for _, tc := range admitted {
		t.Run(tc.name, func(t *testing.T) {
			request := requestOf(t, tc.object, tc.old)
			require.Len(t, made.review(t, request), tc.findings)
			allocations := testing.AllocsPerRun(5, func() { made.respond(t, request) })
			t.Logf("%.0f allocations", allocations)
			require.LessOrEqual(t, allocations, tc.limit)
		})
	}
}

// installation is a cluster with the templates and Constraints that README installs: those that need no inventory.
func installation(t testing.TB) *cluster {
	t.Helper()
	made := &cluster{client: newClient(t), constraints: map[string]string{}}
	kinds := map[string]bool{}
	for _, template := range templatesOf(t, gatekeeper.BySubject) {
		if template.Metadata.Annotations["metadata.gatekeeper.sh/requires-sync-data"] != "" {
			continue
		}
		made.addTemplate(t, asTemplate(t, template))
		kinds[template.Spec.CRD.Spec.Names.Kind] = true
	}
	for _, constraint := range gatekeeper.Constraints(loadRules(t), gatekeeper.Options{}) {
		if kinds[constraint.Kind] {
			require.NoError(t, made.add(t, constraint))
		}
	}
	return made
}

// BenchmarkReview measures the same requests in Gatekeeper's client with the OPA that winpolicy is built with, in turn with
// Gatekeeper's own five pod-security templates over the same object. The five judge only pods, so workloads are compared
// with the clean Windows pod.
func BenchmarkReview(b *testing.B) {
	mine, theirs := installation(b), podSecurity(b)
	for _, tc := range admitted {
		b.Run(tc.name, func(b *testing.B) {
			request := requestOf(b, tc.object, tc.old)
			pod := request
			if strings.Contains(tc.object, "kind: Deployment") {
				pod = requestOf(b, plainPods["clean"], "")
			}
			var own, other []time.Duration
			for range b.N * 200 { // in turn, so that what else the machine does falls on each
				own = append(own, timed(func() { mine.respond(b, request) }))
				other = append(other, timed(func() { theirs.respond(b, pod) }))
			}
			slices.Sort(own)
			slices.Sort(other)
			b.ReportMetric(float64(own[0].Microseconds()), "least-µs")
			b.ReportMetric(float64(own[0])/float64(other[0]), "least-of-psp")
			b.ReportMetric(float64(own[len(own)/2])/float64(other[len(other)/2]), "of-psp")
			b.ReportMetric(testing.AllocsPerRun(5, func() { mine.respond(b, request) }), "allocs")
			b.ReportMetric(testing.AllocsPerRun(5, func() { theirs.respond(b, pod) }), "psp-allocs")
			b.ReportMetric(0, "ns/op")
		})
	}
}

func timed(work func()) time.Duration {
	start := time.Now()
	work()
	return time.Since(start)
}

// podSecurity is a cluster with the five pod-security templates of Gatekeeper's own benchmark.
func podSecurity(b *testing.B) *cluster {
	b.Helper()
	folder, err := exec.CommandContext(b.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/open-policy-agent/gatekeeper/v3").Output()
	require.NoError(b, err)
	files := filepath.Join(strings.TrimSpace(string(folder)), "pkg/webhook/testdata/psp-all-violations")
	made := &cluster{client: newClient(b)}
	for _, text := range filesOf(b, filepath.Join(files, "psp-templates", "*.yaml")) {
		versioned := &v1.ConstraintTemplate{}
		require.NoError(b, yaml.Unmarshal(text, versioned))
		template, err := versioned.ToVersionless()
		require.NoError(b, err)
		made.addTemplate(b, template)
	}
	for _, text := range filesOf(b, filepath.Join(files, "psp-constraints", "*.yaml")) {
		object, err := yaml.YAMLToJSON(text)
		require.NoError(b, err)
		_, err = made.client.AddConstraint(b.Context(), fromJSON(b, object))
		require.NoError(b, err)
	}
	return made
}

// filesOf gives the texts of the files that a pattern names.
func filesOf(b *testing.B, pattern string) [][]byte {
	b.Helper()
	names, err := filepath.Glob(pattern)
	require.NoError(b, err)
	require.NotEmpty(b, names)
	var all [][]byte
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(b, err)
		all = append(all, text)
	}
	return all
}
