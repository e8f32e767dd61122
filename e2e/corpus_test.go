package e2e

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// corpusSeed makes the corpus of the benchmark. The same seed gives the same manifests.
const corpusSeed = 1

// corpus makes manifests as repositories have them: Deployments, half of them for Linux. A third of those for Windows have
// mistakes.
func corpus(n int) []string {
	random := rand.New(rand.NewPCG(corpusSeed, corpusSeed))
	all := make([]string, n)
	for i := range all {
		all[i] = corpusManifest(random, i, i%2 == 0, i%6 == 0)
	}
	return all
}

func corpusManifest(random *rand.Rand, i int, windows, bad bool) string {
	var pod strings.Builder
	line := func(indent int, format string, arguments ...any) {
		fmt.Fprintf(&pod, "%s"+format+"\n", append([]any{strings.Repeat(" ", indent)}, arguments...)...)
	}
	image := "nginx:1.27"
	if windows {
		image = "mcr.microsoft.com/windows/servercore:ltsc2022"
		line(6, "os: {name: windows}")
		line(6, "nodeSelector: {kubernetes.io/os: windows}")
		line(6, "tolerations: [{key: os, operator: Equal, value: windows, effect: NoSchedule}]")
		line(6, "securityContext: {windowsOptions: {runAsUserName: ContainerUser}}")
	}
	if bad {
		line(6, "hostPID: true")
	}
	line(6, "containers:")
	for c := range 1 + random.IntN(2) {
		line(8, "- name: app-%d", c)
		line(10, "image: %s", image)
		line(10, "env:")
		for e := range random.IntN(4) {
			line(12, "- {name: SETTING_%d, value: \"%d\"}", e, random.IntN(1000))
		}
		line(12, "- {name: NODE, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}")
		line(10, "ports: [{containerPort: %d}]", 8080+c)
		line(10, "resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {cpu: \"1\", memory: 2Gi}}")
		line(10, "readinessProbe: {httpGet: {path: /healthz, port: %d}}", 8080+c)
		line(10, "volumeMounts: [{name: data, mountPath: /data}]")
		if bad {
			line(10, "securityContext: {privileged: true, runAsUser: 1000}")
		}
	}
	line(6, "volumes: [{name: data, emptyDir: {}}]")
	return fmt.Sprintf(`apiVersion: apps/v1
kind: Deployment
metadata:
  name: app-%[1]d
  namespace: team-%[2]d
  labels: {app: app-%[1]d}
spec:
  replicas: %[3]d
  selector: {matchLabels: {app: app-%[1]d}}
  template:
    metadata:
      labels: {app: app-%[1]d}
    spec:
%[4]s`, i, i%17, 1+random.IntN(5), pod.String())
}

// writeCorpus writes manifests as files of a folder, and all of them as one file beside it.
func writeCorpus(t testing.TB, manifests []string) (folder, file string) {
	t.Helper()
	root := t.TempDir()
	folder, file = filepath.Join(root, "files"), filepath.Join(root, "all.yaml")
	require.NoError(t, os.Mkdir(folder, 0o755))
	for i, text := range manifests {
		require.NoError(t, os.WriteFile(filepath.Join(folder, fmt.Sprintf("%05d.yaml", i)), []byte(text), 0o600))
	}
	require.NoError(t, os.WriteFile(file, []byte(strings.Join(manifests, "---\n")), 0o600))
	return folder, file
}
