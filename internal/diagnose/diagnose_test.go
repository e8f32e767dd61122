package diagnose_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/diagnose"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
)

// pod is a Windows pod that waits, with a status of its own. The rule toleration is about it on a generic platform.
func pod(name, more, status string) string {
	return fmt.Sprintf(`
apiVersion: v1
kind: Pod
metadata: {name: %s, namespace: shop, %s}
spec:
  nodeSelector: {kubernetes.io/os: windows}
  containers: [{name: web, image: registry.example/web:7}]
status: %s
---
`, name, more, status)
}

func event(name, uid, reason, message string) string {
	return fmt.Sprintf(`
apiVersion: v1
kind: Event
metadata: {name: x, namespace: shop}
involvedObject: {kind: Pod, namespace: shop, name: %s, uid: %s}
reason: %s
message: %q
---
`, name, uid, reason, message)
}

const (
	deployment = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {template: {spec: {nodeSelector: {kubernetes.io/os: windows}, containers: [{name: web, image: registry.example/web:7}]}}}
---
`
	untolerated = "1 node(s) had untolerated taint(s)"
	ready       = `{phase: Running, conditions: [{type: Ready, status: "True"}]}`
)

var generic = engine.Config{"platform": "generic"}

// told is what a report says, in short: of each subject its title and causes.
func told(report *diagnose.Report) []string {
	all := []string{}
	for _, one := range report.Subjects {
		text := "text:"
		if one.Object != nil {
			text = one.Object.String() + ":"
		}
		for _, cause := range one.Causes {
			text += fmt.Sprintf(" %s(%s)", cause.Rule, cause.Basis)
		}
		all = append(all, strings.TrimSpace(text+" "+strings.Join(one.Alike, ",")))
	}
	for _, one := range report.Unexplained {
		all = append(all, "unexplained: "+one.Object.String())
	}
	if report.Well > 0 {
		all = append(all, fmt.Sprintf("well: %d", report.Well))
	}
	return all
}

func TestDiagnose_ChoosesSubjectsAndCauses(t *testing.T) {
	for name, tc := range map[string]struct {
		input string
		want  []string
	}{
		"an event of the pod":                    {pod("web", "uid: a", "{phase: Pending}") + event("web", "a", "FailedScheduling", untolerated), []string{"Pod shop/web: toleration(both)"}},
		"an event of an earlier pod":             {pod("web", "uid: b", "{phase: Pending}") + event("web", "a", "Failed", "manifest unknown"), []string{"Pod shop/web: toleration(both)", "Pod shop/web: image-reference(symptom)"}},
		"events of both":                         {pod("web", "uid: b", "{phase: Running}") + event("web", "a", "Failed", "manifest unknown") + event("web", "b", "FailedScheduling", untolerated) + event("web", "a", "Failed", "exec format error"), []string{"Pod shop/web: toleration(both)", "Pod shop/web: node-selector(symptom) image-reference(symptom)"}},
		"an event of another object":             {pod("web", "uid: a", "{phase: Pending}") + event("other", "b", "Started", "Started container"), []string{"Pod shop/web: toleration(both)"}},
		"an object alone, with events of others": {deployment + event("api", "b", "Pulled", "Pulled the image"), []string{"Deployment shop/web: toleration(finding)"}},
		"an event alone":                         {event("web", "a", "FailedScheduling", untolerated), []string{"Pod shop/web: toleration(symptom) node-taint(symptom) architecture(symptom) control-plane-pod(symptom) huge-pages(symptom) os-conflict(symptom) windows-build(symptom) windows-capacity(symptom)"}},
		"a static pod, whose uid differs":        {pod("web", "uid: a, annotations: {kubernetes.io/config.mirror: x}", "{phase: Pending}") + event("web", "b", "FailedScheduling", untolerated), []string{"Pod shop/web: toleration(both)"}},
		"a pod that runs well":                   {pod("web", "", ready), []string{"Pod shop/web: toleration(finding)"}},
		"among several pods":                     {pod("web", "", ready) + pod("api", "", "{phase: Pending}") + pod("old", "", "{phase: Succeeded}"), []string{"Pod shop/api: toleration(both)", "well: 2"}},
		"a pod that runs and is not ready": {pod("web", "", `{phase: Running, conditions: [{type: Ready, status: "False"}]}`) + pod("api", "", ready),
			[]string{"Pod shop/web: toleration(finding)", "well: 1"}},
		"pods of one controller": {pod("a", "ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]", "{phase: Pending}") +
			pod("b", "ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]", "{phase: Pending}"), []string{"Pod shop/a: toleration(both) b"}},
		"another object without a symptom": {pod("web", "", "{phase: Pending}") + "apiVersion: v1\nkind: Service\nmetadata: {name: web}\n", []string{"Pod shop/web: toleration(both)"}},
		"a general state that no rule explains": {strings.ReplaceAll(pod("web", "", "{phase: Pending}"), "kubernetes.io/os: windows", "kubernetes.io/os: linux"),
			[]string{"unexplained: Pod shop/web"}},
		"a warning with a symptom before a denial without": {strings.Replace(pod("web", "", "{phase: Pending}"), "spec:", "spec:\n  os: {name: windows}\n  hostPID: true", 1),
			[]string{"Pod shop/web: toleration(both) host-namespaces(finding)"}},
		"rules that find nothing, beside one that does": {pod("web", "", "{phase: Pending}") + event("web", "", "FailedScheduling", untolerated+", 1 node(s) didn't match Pod's node affinity/selector"),
			[]string{"Pod shop/web: toleration(both) node-label(symptom) runtime-class(symptom)"}},
		"an event of events.k8s.io": {pod("web", "", "{phase: Running}") + "apiVersion: events.k8s.io/v1\nkind: Event\nregarding: {kind: Pod, namespace: shop, name: web}\nreason: FailedScheduling\n",
			[]string{"Pod shop/web: toleration(both)"}},
		"the state of an init container, as kubectl writes it": {pod("web", "labels: {sidecar.istio.io/inject: 'true'}", "{phase: Running, initContainerStatuses: [{state: {waiting: {reason: ImagePullBackOff}}}]}"),
			[]string{"Pod shop/web: sidecar-injection(both) toleration(finding)"}},
		"an object and a text":   {pod("web", "", "{phase: Pending}") + "manifest unknown\n", []string{"Pod shop/web: toleration(both)", "text: image-reference(symptom)"}},
		"a manifest":             {strings.ReplaceAll(pod("web", "", "{}"), "status: {}", ""), []string{"Pod shop/web: toleration(finding)"}},
		"values of another type": {"apiVersion: v1\nkind: Pod\nmetadata: 5\nspec: [1]\nstatus: {phase: 3, conditions: [4], containerStatuses: {a: b}}\n---\napiVersion: v1\nkind: Event\ninvolvedObject: 3\n", []string{"unexplained: Pod"}},
	} {
		t.Run(name, func(t *testing.T) {
			report := run(t, generic, tc.input)
			require.Empty(t, report.Errors)
			require.Equal(t, tc.want, told(report))
		})
	}
}

func TestDiagnose_RulesKnowTheOtherObjectsOfTheInput(t *testing.T) {
	class := "apiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: win}\nhandler: runhcs-wcow-process\nscheduling: {nodeSelector: {kubernetes.io/os: windows}}\n---\n"
	workload := strings.Replace(pod("web", "", "{phase: Pending}"), "nodeSelector: {kubernetes.io/os: windows}", "runtimeClassName: win", 1)
	require.Equal(t, []string{"unexplained: Pod shop/web"}, told(run(t, generic, workload)))
	require.Equal(t, []string{"Pod shop/web: toleration(both)"}, told(run(t, generic, class+workload)))
}

func TestDiagnose_ExceptionsDoNotHideACause(t *testing.T) {
	config := generic.With("exceptions", []any{map[string]any{"rule": "toleration", "reason": "the webhook adds it"}})
	report := run(t, config, pod("web", "", "{phase: Pending}"))
	require.Equal(t, []string{"Pod shop/web: toleration(both)"}, told(report))
	require.Equal(t, "the webhook adds it", report.Subjects[0].Causes[0].Findings[0].Accepted)
}

// linux-escape is asked about every pod, but counts only where a pod shows what a Linux pod shows on a Windows node.
func TestDiagnose_LinuxPodOnAWindowsNode(t *testing.T) {
	landed := strings.Replace(pod("api", "", "{phase: Pending, message: no match for platform in manifest}"), "  nodeSelector: {kubernetes.io/os: windows}\n", "  nodeName: win-1\n", 1)
	waits := strings.Replace(landed, "no match for platform in manifest", "Insufficient memory", 1)
	decided := engine.Config{"rules": map[string]any{"linux-escape": map[string]any{"parameters": map[string]any{"requireLinuxSelector": false}}}}
	report := run(t, nil, landed)
	require.Equal(t, []string{"Pod shop/api: linux-escape(both)"}, told(report))
	require.Equal(t, "the pod shows what a Linux pod shows on a Windows node", report.Subjects[0].Causes[0].Findings[0].Because)
	require.Equal(t, []string{"unexplained: Pod shop/api"}, told(run(t, nil, waits)))
	require.Contains(t, told(run(t, decided, landed))[0], "linux-escape(symptom)")
}

func TestDiagnose_SaysWhatItDoesNotKnow(t *testing.T) {
	waits := pod("web", "", "{phase: Pending, message: '"+strings.ReplaceAll(untolerated, "'", "''")+"'}")
	require.Equal(t, []string{"No platform is configured, so the rules know no taint of Windows nodes. Set --platform."}, run(t, nil, waits).Notes)
	require.Empty(t, run(t, generic, waits).Notes)
	linux := strings.ReplaceAll(pod("web", "", "{phase: Pending}"), "kubernetes.io/os: windows", "kubernetes.io/os: linux")
	require.Equal(t, []string{"The input has no events. Run `kubectl get pods,events -o json | winpolicy diagnose -`."}, run(t, generic, linux).Notes)
	require.Empty(t, run(t, generic, linux+event("web", "", "Pulled", "Pulled the image")).Notes)
}

func TestText_ShowsWhatSpeaksForACause(t *testing.T) {
	var text bytes.Buffer
	require.NoError(t, run(t, generic, pod("we\x1bb", "", "{phase: Pending, message: \"x node(s) had\\n untolerated taint\"}")).Text(&text))
	require.NotContains(t, text.String(), "\x1b")
	text.Reset()
	report := run(t, generic, pod("web", "ownerReferences: [{kind: ReplicaSet, name: web-6d, controller: true}]", "{phase: Pending, message: \"x node(s) had\\n untolerated \\u202etaint\"}"))
	require.NoError(t, report.Text(&text))
	require.Equal(t, `Pod shop/web, of ReplicaSet web-6d
  1. toleration (warn): A Windows pod that tolerates the taint of Windows nodes
     shown: node(s) had untolerated \u{202e}taint (status.message)
     found: spec.tolerations: The pod does not tolerate the taint os=windows:NoSchedule of Windows nodes, so it stays Pending. Add the toleration.
            because nodeSelector kubernetes.io/os is windows
     do:    Add the toleration for the taint of the cluster's Windows nodes, or name a RuntimeClass that carries it.
     more:  winpolicy explain toleration
`, text.String())
}

// What -o json prints about every sample has the form that docs/diagnosis.schema.json publishes.
func TestJSON_MatchesItsSchema(t *testing.T) {
	published, err := os.ReadFile("../../docs/diagnosis.schema.json")
	require.NoError(t, err)
	described, err := jsonschema.UnmarshalJSON(bytes.NewReader(published))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("diagnosis.json", described))
	schema, err := compiler.Compile("diagnosis.json")
	require.NoError(t, err)
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	inputs := []string{pod("a", "", ready) + pod("b", "", ready), "apiVersion: v1\nkind: Pod\n  x: y\n"}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		inputs = append(inputs, string(text))
	}
	for _, one := range inputs {
		var output bytes.Buffer
		require.NoError(t, run(t, generic, one).JSON(&output, "0.1.0"))
		document, err := jsonschema.UnmarshalJSON(&output)
		require.NoError(t, err)
		require.NoError(t, schema.Validate(document), one)
	}
}

// Any bytes are an input. A cause that is found has something that speaks for it.
func FuzzDiagnose(f *testing.F) {
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(f, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(text)
	}
	f.Add([]byte("apiVersion: v1\nkind: Event\ninvolvedObject: [3]\n---\n[{}]\n---\n\xff"))
	diagnoser := newDiagnoser(f, generic)
	f.Fuzz(func(t *testing.T, text []byte) {
		input, err := diagnose.Read(bytes.NewReader(text), "input")
		if err != nil {
			return
		}
		report, err := diagnoser.Diagnose(t.Context(), input)
		require.NoError(t, err)
		for _, one := range report.Subjects {
			for _, cause := range one.Causes {
				require.Equal(t, cause.Basis != diagnose.FindingOnly, len(cause.Symptoms) > 0)
				require.Equal(t, cause.Basis != diagnose.SymptomOnly, len(cause.Findings) > 0)
				for _, found := range cause.Findings {
					require.Contains(t, finding.Severities(), found.Severity)
				}
			}
		}
		var shown bytes.Buffer
		require.NoError(t, report.Text(&shown))
		require.NoError(t, report.JSON(&shown, ""))
	})
}
