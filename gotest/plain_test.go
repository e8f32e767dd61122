package gotest

import (
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/manifest"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

// plainPods are pods without findings. Each is one to which a field of a sample is added.
var plainPods = map[string]string{
	"clean": `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: kube-system, labels: {app: web}}
spec:
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  tolerations: [{key: os, operator: Equal, value: windows, effect: NoSchedule}]
  containers:
  - name: web
    image: registry.example.com/shop/web:1.4-main-3fa9c2
    resources: {limits: {cpu: 1, memory: 800Mi}, requests: {cpu: 100m, memory: 300Mi}}
  - {name: sidecar, image: "registry.example.com/sidecar:1"}
`,
	"as admitted": `
apiVersion: v1
kind: Pod
metadata:
  name: web-7d4b9c6f5d-x2x4z
  namespace: kube-system
  labels: {app: web, pod-template-hash: 7d4b9c6f5d}
  ownerReferences: [{apiVersion: apps/v1, kind: ReplicaSet, name: web-7d4b9c6f5d, uid: 5e1a2b3c-0000-4000-8000-000000000001}]
spec:
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  tolerations:
  - {key: os, operator: Equal, value: windows, effect: NoSchedule}
  - {key: node.kubernetes.io/not-ready, operator: Exists, effect: NoExecute, tolerationSeconds: 300}
  restartPolicy: Always
  terminationGracePeriodSeconds: 30
  dnsPolicy: ClusterFirst
  serviceAccountName: default
  serviceAccount: default
  securityContext: {}
  schedulerName: default-scheduler
  priority: 0
  preemptionPolicy: PreemptLowerPriority
  enableServiceLinks: true
  volumes:
  - name: kube-api-access-abcde
    projected:
      defaultMode: 420
      sources:
      - serviceAccountToken: {expirationSeconds: 3607, path: token}
      - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
      - downwardAPI: {items: [{path: namespace, fieldRef: {apiVersion: v1, fieldPath: metadata.namespace}}]}
  containers:
  - name: web
    image: mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022
    imagePullPolicy: IfNotPresent
    ports: [{containerPort: 80, protocol: TCP}]
    resources: {requests: {cpu: 100m, memory: 300Mi}}
    terminationMessagePath: /dev/termination-log
    terminationMessagePolicy: File
    volumeMounts: [{name: kube-api-access-abcde, readOnly: true, mountPath: /var/run/secrets/kubernetes.io/serviceaccount}]
`,
	"realistic": `
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: kube-system, labels: {app: web}, annotations: {prometheus.io/scrape: "true"}}
spec:
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows, agentpool: win}
  affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: []}}
  tolerations: [{key: os, operator: Equal, value: windows, effect: NoSchedule}]
  securityContext: {runAsNonRoot: true, windowsOptions: {runAsUserName: ContainerUser}}
  volumes:
  - {name: cfg, configMap: {name: cfg, defaultMode: 420}}
  - {name: data, persistentVolumeClaim: {claimName: data}}
  - {name: temp, emptyDir: {sizeLimit: 1Gi}}
  initContainers:
  - {name: init, image: "ghcr.io/example/init:1.4-ltsc2022"}
  containers:
  - name: web
    image: mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-windowsservercore-ltsc2022
    env: [{name: A, value: b}, {name: POD, valueFrom: {fieldRef: {fieldPath: metadata.name}}}]
    livenessProbe: {httpGet: {path: /, port: 80}}
    volumeMounts: [{name: cfg, mountPath: 'C:\cfg'}, {name: data, mountPath: /data/files}, {name: temp, mountPath: 'd:\temp'}]
`,
}

// A template evaluates no rule for a pod that the gate calls plain. So no rule may find anything to deny or warn about in
// such a pod. Every field and every image of every sample is put into each plain pod. What then is still plain is judged.
func TestGate_PlainPodsHaveNoFindings(t *testing.T) {
	t.Parallel()
	parts := partsOfSamples(t)
	for name := range plainPods {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, platform := range []string{"generic", "aks", "eks"} {
				plain := 0
				for wrong := range crossed(t, newProduct(t), platform, plainPods[name], parts) {
					require.Empty(t, wrong, "on %s", platform)
					plain++
				}
				require.Greater(t, plain, len(parts)/4, "on %s", platform)
				t.Logf("on %s %d of %d pods are plain", platform, plain, len(parts))
			}
		})
	}
}

// The test above notices each of these mistakes in the gate.
func TestGate_MistakesAreNoticed(t *testing.T) {
	t.Parallel()
	texts := map[string]string{}
	for _, file := range []string{"gate/gate", "ordinary/ordinary", "data/platforms/platforms"} {
		text, err := fs.ReadFile(policies.FS, "lib/windows/"+file+".rego")
		require.NoError(t, err)
		texts[file] = string(text)
	}
	parts := partsOfSamples(t)
	for right, mistake := range map[string]string{
		`"automountServiceAccountToken",`: `"hostPID",`,
		`"envFrom",`:                      `"volumeDevices",`,
		`"configMap", "emptyDir",`:        `"hostPath",`,
		`["secretName", "optional"]) in [{}, {"defaultMode": 420}]`:                   `["secretName", "optional"]) != null`,
		`object.get(part, ["livenessProbe", "exec"], null) == null`:                   ``,
		`["name", "mountPath", "readOnly"]`:                                           `["name", "mountPath", "recursiveReadOnly"]`,
		`regex.match(ordinary.mount_path, mount.mountPath)`:                           ``,
		`object.get(pod, "dnsPolicy", "ClusterFirst") in {"ClusterFirst", "Default"}`: ``,
		`{1 | parts[_].env[_].valueFrom.resourceFieldRef} == set()`:                   ``,
		"\"component\",\n\t\"istio.io/rev\",":                                         ``,
		`"agentpool",`:                                                                `"kubernetes.io/arch",`,
		`["cpu", "memory", "ephemeral-storage"]`:                                      `["cpu", "memory", "hugepages-2Mi"]`,
		`"mcr.microsoft.com/",`:                                                       ``,
	} {
		t.Run(right, func(t *testing.T) {
			t.Parallel()
			tree, places := fstest.MapFS{}, 0
			for file, text := range texts {
				places += strings.Count(text, right)
				tree[file+".rego"] = &fstest.MapFile{Data: []byte(strings.Replace(text, right, mistake, 1))}
			}
			require.Equal(t, 1, places)
			all, err := rego.Load(tree)
			require.NoError(t, err)
			mistaken := productOf(t, all)
			require.True(t, slices.ContainsFunc(slices.Collect(maps.Values(plainPods)), func(base string) bool {
				for wrong := range crossed(t, mistaken, "generic", base, parts) {
					if len(wrong) > 0 {
						return true
					}
				}
				return false
			}))
		})
	}
}

// partsOfSamples gives the fields of the Pods in the samples, and each image as that of the first container.
func partsOfSamples(t *testing.T) []field {
	t.Helper()
	parts := map[string]field{} // by path and value, because most samples share most fields
	for _, one := range readSamples(t) {
		if one.Given || one.IsReview() || one.Object.Value["kind"] != "Pod" {
			continue
		}
		for _, part := range slices.Concat(fieldsOf(one.Object.Value["spec"], []any{"spec"}), fieldsOf(one.Object.Value["metadata"], []any{"metadata"})) {
			parts[fmt.Sprint(part)] = part
			if part.path[len(part.path)-1] == "image" {
				image := field{[]any{"spec", "containers", 0, "image"}, part.value}
				parts[fmt.Sprint(image)] = image
			}
		}
	}
	var all []field
	for _, key := range slices.Sorted(maps.Keys(parts)) {
		all = append(all, parts[key])
	}
	return all
}

// A template asks only the rules whose fields and facts a pod has. In a plain pod with one more part it finds what the bundle
// finds.
func TestTemplates_FindInChangedPlainPodsWhatTheBundleFinds(t *testing.T) {
	t.Parallel()
	inside, outside := gatekeeperForm(t, newProduct(t), gatekeeper.BySubject, together), admissionReviewForm(t)
	rules, names, found := loadRules(t), slices.Sorted(maps.Keys(plainPods)), 0
	for i, part := range partsOfSamples(t) {
		var base map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(plainPods[names[i%len(names)]]), &base))
		changed := manifest.Object{Value: placed(base, part.path, part.value).(map[string]any)}
		one := sample.Sample{Name: "web", Config: map[string]any{"platform": "generic"}, Object: changed}
		want, got := indexed(rules, outside.judge(t, one)), indexed(rules, inside.judge(t, one))
		require.Equal(t, want, got, "%s with %v", names[i%len(names)], part)
		found += len(want)
	}
	require.Greater(t, found, 1000)
}

// crossed puts each part into a pod. For each pod that is plain by the gate of a product, it yields the findings in it.
func crossed(t *testing.T, gate *product, platform, text string, parts []field) iter.Seq[[]string] {
	t.Helper()
	var base map[string]any
	require.NoError(t, yaml.Unmarshal([]byte(text), &base))
	judge := planEngines(t).of(t, sample.Sample{Config: map[string]any{"platform": platform}})
	return func(yield func([]string) bool) {
		for _, part := range parts {
			pod := placed(base, part.path, part.value).(map[string]any)
			input := map[string]any{
				"review":     map[string]any{"object": pod, "operation": "CREATE"},
				"parameters": map[string]any{"severities": []any{"deny", "warn"}, "platform": platform},
			}
			if len(gate.evaluate(t, "{1 | data.lib.windows.gate.plain}", sample.Sample{}.Data(), input).([]any)) == 0 {
				continue
			}
			verdict, err := judge.Judge(t.Context(), reviewOf(sample.Sample{Object: manifest.Object{Value: pod}}))
			require.NoError(t, err)
			wrong := []string{}
			for _, one := range verdict.Findings {
				if one.Severity != finding.Note {
					wrong = append(wrong, fmt.Sprintf("%s with %v", one.Message, part))
				}
			}
			if !yield(wrong) {
				return
			}
		}
	}
}
