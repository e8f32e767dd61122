package cluster_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/gatekeeper"
)

// The figures of docs/performance.md, by `make bench-gatekeeper`: gator bench over the templates and Constraints as they
// are shipped, over those of `generate --group all`, and in turn with both over the five pod-security templates of
// Gatekeeper's own benchmark.

const linuxContainers = `
  containers:
  - name: web
    image: nginx:1.27
    ports: [{containerPort: 8080}]
    resources: {requests: {cpu: 500m, memory: 1Gi}}
    securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
  - name: sidecar
    image: busybox:1.36
    resources: {requests: {cpu: 100m, memory: 256Mi}}
`

const windowsContainers = `
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  containers:
  - name: web
    image: registry.example.com/shop/web:1.4-main-3fa9c2
    ports: [{containerPort: 8080}]
    resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m, memory: 1Gi}}
  - name: sidecar
    image: mcr.microsoft.com/windows/nanoserver:ltsc2022
    resources: {requests: {cpu: 100m, memory: 256Mi}}
`

// realistic is a Windows pod with a probe, a file of configuration and a user.
const realistic = `
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  tolerations: [{key: os, operator: Equal, value: windows, effect: NoSchedule}]
  securityContext: {runAsNonRoot: true, windowsOptions: {runAsUserName: ContainerUser}}
  volumes: [{name: cfg, configMap: {name: cfg, defaultMode: 420}}]
  containers:
  - name: web
    image: mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022
    ports: [{containerPort: 8080}]
    livenessProbe: {httpGet: {path: /, port: 8080}}
    resources: {limits: {cpu: 1, memory: 1Gi}, requests: {cpu: 500m, memory: 1Gi}}
    volumeMounts: [{name: cfg, mountPath: 'C:\cfg'}]
  - name: sidecar
    image: registry.example.com/shop/sidecar:1.2
    resources: {requests: {cpu: 100m, memory: 256Mi}}
`

// asAdmitted is what the API server adds to every pod before a validating webhook sees it.
const asAdmitted = `
  serviceAccountName: default
  serviceAccount: default
  restartPolicy: Always
  terminationGracePeriodSeconds: 30
  dnsPolicy: ClusterFirst
  schedulerName: default-scheduler
  priority: 0
  preemptionPolicy: PreemptLowerPriority
  enableServiceLinks: true
  tolerations:
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
  - {key: node.kubernetes.io/unreachable, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
  volumes:
  - name: kube-api-access-abcde
    projected:
      defaultMode: 420
      sources:
      - serviceAccountToken: {expirationSeconds: 3607, path: token}
      - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
      - downwardAPI: {items: [{path: namespace, fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}]}
`

// The names of rows that other benchmarks look up.
const (
	cleanWindows = "clean Windows pod"
	badWindows   = "bad Windows pod"
)

var benched = []struct{ name, spec string }{
	{"Linux pod", linuxContainers},
	{"Linux pod as admitted", asAdmitted + linuxContainers},
	{cleanWindows, windowsContainers},
	{"clean Windows pod as admitted", asAdmitted + windowsContainers},
	{"realistic Windows pod", realistic},
	{badWindows, `
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  hostPID: true
  securityContext: {runAsUser: 1000, fsGroup: 1}
  containers:
  - name: web
    image: mcr.microsoft.com/windows/servercore:ltsc2022
    securityContext: {privileged: true}
  - name: sidecar
    image: mcr.microsoft.com/windows/nanoserver:ltsc2022
    securityContext: {capabilities: {drop: [ALL]}}
`},
}

func BenchmarkGatekeeper(b *testing.B) {
	shipped := installable(b, filepath.Join(root, gatekeeper.Folder))
	grouped := installable(b, generated(b, gatekeeper.Options{Grouping: gatekeeper.All}))
	data := filepath.Join(cluster.Source(b, "gatekeeper"), "pkg", "webhook", "testdata", "psp-all-violations")
	theirs := []string{filepath.Join(data, "psp-templates"), filepath.Join(data, "psp-constraints")}
	for _, tc := range benched {
		pod := filepath.Join(b.TempDir(), "pod.yaml")
		head := "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec:"
		require.NoError(b, os.WriteFile(pod, []byte(head+tc.spec), 0o600))
		b.Run(tc.name, func(b *testing.B) {
			for range b.N {
				var mine, all, other gatorRuns
				for range 5 { // in turn, so that what else the machine does falls on each
					mine.add(b, append(shipped, pod))
					all.add(b, append(grouped, pod))
					other.add(b, append(theirs, pod))
				}
				b.ReportMetric(mine.median(), "µs")
				b.ReportMetric(other.median(), "psp-µs")
				b.ReportMetric(mine.median()/other.median(), "of-psp")
				b.ReportMetric(all.median()/other.median(), "all-of-psp")
				b.ReportMetric(slices.Min(mine.least)/slices.Min(other.least), "least-of-psp")
				b.ReportMetric(slices.Min(all.least)/slices.Min(other.least), "all-least-of-psp")
				b.ReportMetric(mine.allocs, "allocs")
				b.ReportMetric(all.allocs, "all-allocs")
				b.ReportMetric(other.allocs, "psp-allocs")
				b.ReportMetric(mine.violations, "violations")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// installable are the templates and Constraints of a folder that need no inventory.
func installable(b *testing.B, folder string) []string {
	b.Helper()
	templates, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	require.NoError(b, err)
	return append(templates, filepath.Join(folder, "constraints"))
}

// gatorRuns are the medians of runs of gator bench and their quickest reviews, which other work on the machine disturbs
// least, in microseconds, and what the last one counted a review.
type gatorRuns struct {
	medians, least     []float64
	allocs, violations float64
}

func (g *gatorRuns) add(b *testing.B, files []string) {
	b.Helper()
	arguments := []string{"bench", "--engine", "rego", "--output", "json", "--iterations", "500", "--memory"}
	for _, file := range files {
		arguments = append(arguments, "--filename", file)
	}
	output, err := exec.CommandContext(b.Context(), cluster.Tool(b, "gatekeeper", "gator"), arguments...).Output()
	require.NoError(b, err)
	var results []struct {
		Iterations     float64
		ViolationCount float64
		Latencies      struct{ P50, Min string }
		MemoryStats    struct{ AllocsPerReview float64 }
	}
	require.NoError(b, json.Unmarshal(output, &results), "%s", output)
	g.medians = append(g.medians, microseconds(b, results[0].Latencies.P50))
	g.least = append(g.least, microseconds(b, results[0].Latencies.Min))
	g.allocs, g.violations = results[0].MemoryStats.AllocsPerReview, results[0].ViolationCount/results[0].Iterations
}

func (g *gatorRuns) median() float64 {
	sorted := slices.Sorted(slices.Values(g.medians))
	return sorted[len(sorted)/2]
}

func microseconds(b *testing.B, text string) float64 {
	b.Helper()
	duration, err := time.ParseDuration(text)
	require.NoError(b, err)
	return float64(duration) / float64(time.Microsecond)
}
