package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
	"winpolicy/internal/compiled"
	"winpolicy/internal/config"
	"winpolicy/internal/gatekeeper"
)

const charts = "../deploy/charts/"

// configurations are files whose values reach a Constraint by a way of their own.
var configurations = map[string]string{
	"nothing":              "",
	"a platform":           "platform: aks\n",
	"admission policies":   "platform: aks\nadmission: {defaultOS: none}\n",
	"a version of text":    "kubernetesVersion: \"1.36\"\n",
	"no taints":            "taints: []\n",
	"taints":               "taints: [{key: os, value: \"yes\", effect: NoSchedule}]\n",
	"rules":                "rules:\n  os-name: {severity: warn}\n  node-label: {enabled: false}\n  runtime-class-reference: {enabled: false}\n",
	"rules of one":         "rules: {node-label: {enabled: false}}\n",
	"no rules":             "rules: {}\n",
	"parameters":           "rules: {linux-escape: {parameters: {requireLinuxSelector: true}}}\n",
	"exceptions":           "exceptions:\n- {rule: os-name, namespace: \"a*\", reason: \"{{ .Values }} 'quoted' \\\"twice\\\"\", expires: 2027-03-31}\n- {rule: node-label, reason: it}\n",
	"no exceptions":        "exceptions: []\n",
	"controllers":          "controllers: [\"system:serviceaccount:a:b\"]\n",
	"RuntimeClasses":       "runtimeClasses: {complete: true, classes: {win: {handler: h, scheduling: {nodeSelector: {kubernetes.io/os: windows}, tolerations: [{key: a, tolerationSeconds: 10000000}]}}}}\n",
	"files to pass over":   "exclude: [vendor/]\n",
	"a warning":            "gatekeeper: {enforcementAction: warn}\n",
	"a dry run":            "gatekeeper: {enforcementAction: dryrun}\n",
	"a category":           "gatekeeper: {categories: [restrictions]}\n",
	"a category of others": "gatekeeper: {categories: [cluster, placement]}\n",
	"a match":              "gatekeeper: {match: {excludedNamespaces: [kube-system, \"calico-*\"], labelSelector: {matchExpressions: [{key: a, operator: Exists}]}, source: Original}}\n",
	"an empty match":       "gatekeeper: {match: {namespaces: [], namespaceSelector: {}}}\n",
}

// The chart makes the same Constraints as generate, also of every configuration of a sample.
func TestCharts_ConstraintsAreThoseOfGenerate(t *testing.T) {
	facts, err := compiled.Read()
	require.NoError(t, err)
	form := config.Schema(facts.Rules, catalog.Names(facts.Platforms))
	all := map[string]string{}
	for name, text := range configurations {
		all[name] = "apiVersion: winpolicy/v1alpha1\n" + text
	}
	for _, some := range byConfig(t, manifests(t)) {
		all["sample "+some[0].Name] = key(t, some[0].Config.With("apiVersion", config.APIVersion))
	}
	for name, text := range all {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "winpolicy.yaml")
			put(t, file, "%s", text)
			document, err := config.Read(file, form)
			require.NoError(t, err)
			want := map[string]any{}
			options := gatekeeper.Options{Grouping: gatekeeper.BySubject, Settings: document.Settings(), Gatekeeper: document.Gatekeeper()}
			for _, constraint := range gatekeeper.Constraints(facts.Rules, options) {
				encoded, err := json.Marshal(constraint)
				require.NoError(t, err)
				want[constraint.Metadata.Name] = decoded(t, encoded)
			}
			require.Equal(t, want, rendered(t, "winpolicy-constraints", "-f", file, "--set", "referential=true"))
		})
	}
}

// Without the switch the objects of the rules that need other objects stay away, and with it they are the generated files.
func TestCharts_TemplatesAreTheGeneratedFiles(t *testing.T) {
	want := map[string]any{}
	read := func(pattern string) {
		files, err := filepath.Glob("../constrainttemplates/" + pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			object := decoded(t, text)
			want[object["metadata"].(map[string]any)["name"].(string)] = object
		}
	}
	read("*.yaml")
	require.Equal(t, want, rendered(t, "winpolicy-templates"))
	read("referential/*.yaml")
	require.Equal(t, want, rendered(t, "winpolicy-templates", "--set", "referential=true"))
	without := slices.Sorted(maps.Keys(rendered(t, "winpolicy-constraints")))
	require.Equal(t, []string{"windows-cluster", "windows-cluster-warn", "windows-workloads", "windows-workloads-warn"}, without)
}

// helm refuses what winpolicy refuses, and names the key.
func TestCharts_RefuseWrongValues(t *testing.T) {
	for name, tc := range map[string]struct {
		chart string
		flags []string
		want  string
	}{
		"an unknown key":                 {"winpolicy-constraints", []string{"--set", "platforms=aks"}, "'platforms' not allowed"},
		"an unknown platform":            {"winpolicy-constraints", []string{"--set", "platform=azure"}, "'/platform'"},
		"an unknown rule":                {"winpolicy-constraints", []string{"--set", "rules.os-names.enabled=false"}, "'os-names' not allowed"},
		"a day that is none":             {"winpolicy-constraints", []string{"--set", "exceptions[0].rule=os-name,exceptions[0].reason=a,exceptions[0].expires=2027-02-30"}, "'/exceptions/0/expires'"},
		"another form of the file":       {"winpolicy-constraints", []string{"--set", "apiVersion=winpolicy/v2"}, "'/apiVersion'"},
		"a switch that is a text":        {"winpolicy-templates", []string{"--set-string", "referential=true"}, "'/referential'"},
		"a server without an image":      {"winpolicy-server", []string{"--set", "insecureHTTP=true"}, "Set image to the image of winpolicy"},
		"a server without a certificate": {"winpolicy-server", []string{"--set", "image=winpolicy"}, "Set tlsSecret"},
		"a server's configuration":       {"winpolicy-server", []string{"--set", "image=winpolicy,insecureHTTP=true,config.platform=azure"}, "'/config/platform'"},
		"a server's flag that is none":   {"winpolicy-server", []string{"--set", "image=winpolicy,insecureHTTP=true,tokens=a"}, "'tokens' not allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			output, err := helm(t, append([]string{"template", "it", charts + tc.chart}, tc.flags...)...).CombinedOutput()
			require.Error(t, err)
			require.Contains(t, string(output), tc.want)
		})
	}
}

// A cluster that lacks something is told by what it serves.
func TestCharts_SayWhatIsMissing(t *testing.T) {
	const cluster, gatekeeper, constraints = "apiregistration.k8s.io/v1", "templates.gatekeeper.sh/v1", "constraints.gatekeeper.sh/v1beta1/K8sWindows"
	for name, tc := range map[string]struct {
		chart  string
		served []string
		flags  []string
		want   string
	}{
		"no cluster":                        {"winpolicy-constraints", nil, nil, ""},
		"templates without Gatekeeper":      {"winpolicy-templates", []string{cluster}, nil, "Gatekeeper is not in this cluster"},
		"templates with Gatekeeper":         {"winpolicy-templates", []string{cluster, gatekeeper}, nil, ""},
		"Constraints without Gatekeeper":    {"winpolicy-constraints", []string{cluster}, nil, "Gatekeeper is not in this cluster"},
		"Constraints without templates":     {"winpolicy-constraints", []string{cluster, gatekeeper}, nil, "The cluster has no kind K8sWindowsCluster yet. Install the chart winpolicy-templates first"},
		"Constraints without one template":  {"winpolicy-constraints", []string{cluster, gatekeeper, constraints + "Cluster"}, nil, "no kind K8sWindowsWorkloads yet"},
		"Constraints of one category":       {"winpolicy-constraints", []string{cluster, gatekeeper, constraints + "Cluster"}, []string{"--set", "gatekeeper.categories={cluster}"}, ""},
		"Constraints with templates":        {"winpolicy-constraints", []string{cluster, gatekeeper, constraints + "Cluster", constraints + "Workloads"}, nil, ""},
		"the rules that need other objects": {"winpolicy-constraints", []string{cluster, gatekeeper, constraints + "Cluster", constraints + "Workloads"}, []string{"--set", "referential=true"}, "no kind K8sWindowsReferential yet"},
	} {
		t.Run(name, func(t *testing.T) {
			flags := append([]string{"template", "it", charts + tc.chart}, tc.flags...)
			for _, served := range tc.served {
				flags = append(flags, "--api-versions", served)
			}
			output, err := helm(t, flags...).CombinedOutput()
			if tc.want == "" {
				require.NoError(t, err, "%s", output)
				return
			}
			require.Error(t, err)
			require.Contains(t, string(output), tc.want)
		})
	}
}

// helm's strictest check finds nothing in the charts.
func TestCharts_PassLint(t *testing.T) {
	for _, flags := range [][]string{
		{"winpolicy-templates", "--set", "referential=true"},
		{"winpolicy-constraints", "--set", "referential=true,gatekeeper.enforcementAction=dryrun"},
		{"winpolicy-server", "--set", "image=winpolicy,tlsSecret=tls,tokensSecret=tokens,signingKeySecret=key,clientCASecret=ca,policiesConfigMap=p,discoveryConfigMap=d"},
	} {
		output, err := helm(t, append([]string{"lint", "--strict", charts + flags[0]}, flags[1:]...)...).CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
}

// helm gives a command of helm for Kubernetes 1.37: the one that is built here assumes 1.20 where it asks no cluster.
func helm(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	return exec.CommandContext(t.Context(), tool(t, "helm"), append(args, "--kube-version", "1.37.0")...)
}

// rendered gives the objects of a chart by name.
func rendered(t *testing.T, chart string, flags ...string) map[string]any {
	t.Helper()
	var problems bytes.Buffer
	command := helm(t, append([]string{"template", "it", charts + chart}, flags...)...)
	command.Stderr = &problems
	output, err := command.Output()
	require.NoError(t, err, &problems)
	all := map[string]any{}
	for document := range bytes.SplitSeq(output, []byte("\n---\n")) {
		if object := decoded(t, document); object != nil {
			name := fmt.Sprint(object["metadata"].(map[string]any)["name"])
			require.NotContains(t, all, name)
			all[name] = object
		}
	}
	return all
}

func decoded(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var object map[string]any
	require.NoError(t, yaml.Unmarshal(text, &object))
	return object
}
