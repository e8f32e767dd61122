package gotest

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// artefacts are the generated files for Gatekeeper, by their path below constrainttemplates.
type artefacts map[string]string

// A trap is a mistake that Gatekeeper, gator, kubectl or the API server accept, or that they refuse without a message to the
// user. The check has to find each way into it.
type trap struct {
	check  func(*testing.T, artefacts) error
	broken map[string]way
}

// way breaks the artefacts. told is a part of the error that the check has to give.
type way struct {
	told   string
	breaks func(*testing.T, artefacts)
}

const (
	template    = "k8swindowsworkloads.yaml"
	constraint  = "constraints/windows-workloads.yaml"
	warning     = "constraints/windows-workloads-warn.yaml"
	bundled     = "bundles/windows-baseline/k8swindowsworkloads.yaml"
	inventoried = "referential/k8swindowsreferential.yaml"

	engineLine  = "    - engine: Rego\n"
	targetLine  = "    target: admission.k8s.gatekeeper.sh\n"
	entryImport = "          import data.lib.windows.gather\n"
	entryRule   = "          violation contains finding if {\n            not gate.same\n            not gate.closed\n            not gate.plain\n            some finding in gather.violation\n"
	libraries   = "        libs:\n"
	description = "              description: Findings that are not reported.\n"
)

var traps = map[string]trap{
	"an unknown key is dropped": {onlyKnownKeys, map[string]way{
		"of the source":     with(`unknown field "lib"`, template, libraries, "        lib:\n"),
		"of the target":     with(`unknown field "library"`, template, targetLine, targetLine+"    library: []\n"),
		"of the template":   with(`unknown field "crds"`, template, "  crd:\n", "  crds: {}\n  crd:\n"),
		"of the annotation": with(`unknown field "version"`, inventoried, `"versions"`, `"version"`),
	}},
	"Rego in another place or for another engine is preferred": {oneSource, map[string]way{
		"beside the code":         with("one target, one engine", template, targetLine, targetLine+"    rego: package x\n"),
		"of another engine":       with("one target, one engine", template, engineLine, "    - engine: K8sNativeValidation\n      source: {}\n"+engineLine),
		"for another target":      with("one target, one engine", template, targetLine, "    target: admission.example.com\n"),
		"for some operations":     with("one target, one engine", template, targetLine, targetLine+"    operations: [CREATE]\n"),
		"without its version":     with("version v1", template, "        version: v1\n", ""),
		"in the syntax before it": with("version v1", template, "        version: v1\n", "        version: v0\n"),
	}},
	"a template has to be named after its kind": {names, map[string]way{
		"the name of another template": with("does not name the kind", template, "  name: k8swindowsworkloads\n", "  name: windowsworkloads\n"),
		"a Constraint whose name is no label of a name": with("is too long", constraint, "  name: windows-workloads\n",
			"  name: windows-workloads-"+strings.Repeat("x", 46)+"\n"),
	}},
	"a schema can describe what its author does not mean": {schemas, map[string]way{
		"a default, which looks like a choice": with("parameters/exceptions: ", template, description, description+"              default: []\n"),
		"a parameter without a description":    with("parameters/exceptions: ", template, description, ""),
		"a name that YAML reads as a boolean":  with("parameters/on: ", template, "            exceptions:\n", "            \"on\":\n"),
	}},
	"a schema that is not structural is refused": {structural, map[string]way{
		"a type in anyOf": with("anyOf[0].type: Forbidden", template, description, description+"              anyOf: [{type: array}]\n"),
		"no type at all":  with("properties[x].type: Required", template, description, description+"              properties: {x: {}}\n"),
	}},
	"Rego that does not compile is accepted by kubectl": {compiles, map[string]way{
		"import rego.v1":                     with(`bad import: "rego.v1"`, template, entryImport, "          import rego.v1\n"+entryImport),
		"another import":                     with(`bad import: "data.other"`, template, entryImport, "          import data.other\n"+entryImport),
		"http.send":                          with("undefined function http.send", template, entryImport, entryImport+"          x := http.send({})\n"),
		"the inventory, in another template": with("disallowed ref data.inventory", template, entryImport, entryImport+"          x := data.inventory.cluster\n"),
		"the inventory, in another folder":   renamed("disallowed ref data.inventory", inventoried, "k8swindowsreferential.yaml"),
		"a library outside data.lib":         with("invalid lib prefix", template, "package lib.windows.containers\n", "package windows.containers\n"),
		"an import of input":                 with("cannot import input", template, entryImport, "          import input.review\n"+entryImport),
		"an unknown builtin":                 with("undefined function strings.shout", template, entryImport, entryImport+"          x := strings.shout(\"a\")\n"),
		"an unbound variable":                with("var y is unsafe", template, entryImport, entryImport+"          x contains y if true\n"),
		"a comparison that never holds":      with("rego_type_error", template, entryImport, entryImport+"          x if 1 == \"a\"\n"),
		"no violation":                       with("missing required rules: [violation]", template, entryRule, strings.ReplaceAll(entryRule, "violation contains", "violations contains")),
		"a violation without a message":      with("undefined ref: r.msg", template, entryRule, strings.ReplaceAll(entryRule, "contains finding", "contains {}")),
	}},
	"a library without an import is not evaluated": {reached, map[string]way{
		"named in full instead": with("import it, and use the name of the import", template, entryRule, strings.ReplaceAll(entryRule, "in gather", "in data.lib.windows.gather")),
		"not used":              with("nothing imports lib.windows.unused", template, libraries, libraries+"        - package lib.windows.unused\n"),
		"there twice":           with("there twice", template, libraries, libraries+"        - package lib.windows.containers\n"),
	}},
	"text that some parsers read as a boolean": {quoted, map[string]way{
		"off": with("quote off", constraint, "- deny\n", "- off\n"),
		"Yes": with("quote Yes", template, "  name: k8swindowsworkloads\n", "  name: Yes\n"),
	}},
	"kubectl stores an applied object in an annotation": {small, map[string]way{
		"a template that is too large": with("of annotations, of 262144", template, libraries, libraries+"        - '"+strings.Repeat("x", 200000)+"'\n"),
	}},
	"kubectl applies every file of a folder": {applicable, map[string]way{
		"a Kustomization by its usual name": renamed("Kustomization is not a template", "Kustomization", "kustomization.yaml"),
		"a Constraint beside its template":  renamed("K8sWindowsWorkloads is not a template", constraint, "windows-workloads.yaml"),
		"the catalogue":                     renamed("PolicyCatalog is not a template", "Catalog", "catalog.yaml"),
	}},
	"gator installs one document for each template and bundle": {installed, map[string]way{
		"two documents":                     with("more than one document", bundled, "apiVersion:", "apiVersion: v1\n---\napiVersion:"),
		"a Constraint for another template": with("a K8sWindowsCluster that says deny", bundled, "kind: K8sWindowsWorkloads", "kind: K8sWindowsCluster"),
		"a Constraint that does not deny":   with("that says warn", bundled, "enforcementAction: deny", "enforcementAction: warn"),
	}},
	"a Constraint that matches too much": {matches, map[string]way{
		"every kind":                  with("does not match by kinds", constraint, "    kinds:\n", "    kindes:\n"),
		"objects without a namespace": with("has another match", constraint, "  match:\n", "  match:\n    namespaceSelector: {matchLabels: {a: b}}\n"),
		"no kind in gator":            with("enforcementAction is scoped", constraint, "enforcementAction: deny", "enforcementAction: scoped"),
	}},
	"a finding with another severity in one of two Constraints disappears from both": {paired, map[string]way{
		"by its settings":    with("differ in more than their severities", warning, "  parameters:\n", "  parameters:\n    rules: {os-name: {severity: deny}}\n"),
		"by an exception":    with("differ in more than their severities", warning, "  parameters:\n", "  parameters:\n    exceptions: [{rule: os-name, reason: none}]\n"),
		"by what it matches": with("differ in more than their severities", warning, "      - Pod\n", ""),
		"by its severity":    with("differ in more than their severities", warning, "    - warn\n", "    - deny\n"),
	}},
	"other programs read the annotations of a template": {annotations, map[string]way{
		"no title":                     with("title, a version", template, "metadata.gatekeeper.sh/title:", "title:"),
		"a version that is not semver": with("title, a version", template, "metadata.gatekeeper.sh/version: ", "metadata.gatekeeper.sh/version: v"),
		"no objects to replicate":      with("the SyncSet replicates", inventoried, "metadata.gatekeeper.sh/requires-sync-data:", "requires-sync-data:"),
		"some objects to replicate":    with("the SyncSet replicates", "referential/syncset.yaml", "    kind: RuntimeClass\n", "    kind: Pod\n"),
	}},
}

func TestArtefacts_AvoidEveryTrap(t *testing.T) {
	t.Parallel()
	made := artefacts{}
	for path, text := range generated(t) {
		if name, ok := strings.CutPrefix(path, gatekeeper.Folder+"/"); ok {
			made[name] = string(text)
		}
	}
	for name, trap := range traps {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, trap.check(t, made))
			for how, way := range trap.broken {
				t.Run(how, func(t *testing.T) {
					broken := maps.Clone(made)
					way.breaks(t, broken)
					require.ErrorContains(t, trap.check(t, broken), way.told)
				})
			}
		})
	}
}

// with replaces the first occurrence of a text in a file.
func with(told, file, old, text string) way {
	return way{told, func(t *testing.T, all artefacts) {
		require.True(t, strings.Contains(all[file], old), "%s has no %q to break", file, old)
		all[file] = strings.Replace(all[file], old, text, 1)
	}}
}

func renamed(told, from, to string) way {
	return way{told, func(t *testing.T, all artefacts) {
		require.Contains(t, all, from)
		all[to] = all[from]
		delete(all, from)
	}}
}

// The two Constraints of a template also carry the same configuration.
func TestConstraints_OfATemplateCarryTheSameConfiguration(t *testing.T) {
	files, err := gatekeeper.Files(newProduct(t).modules, loadRules(t), gatekeeper.Options{
		Settings: map[string]any{
			"platform":   "aks",
			"rules":      map[string]any{"os-name": map[string]any{"severity": "deny"}, "node-label": map[string]any{"enabled": false}},
			"exceptions": []any{map[string]any{"rule": "toleration", "reason": "a test"}},
		},
		Gatekeeper: map[string]any{"match": map[string]any{"excludedNamespaces": []any{"kube-system"}}},
	})
	require.NoError(t, err)
	made := artefacts{}
	for path, text := range files {
		made[strings.TrimPrefix(path, gatekeeper.Folder+"/")] = string(text)
	}
	require.NoError(t, paired(t, made))
	require.Contains(t, made[warning], "severity: deny")
	require.NotContains(t, made[warning], "node-label")
}

// A Constraint without parameters gets none from Gatekeeper, and the schema has no defaults.
func TestConstraint_WithoutParametersDenies(t *testing.T) {
	cluster := newCluster(t, newProduct(t), gatekeeper.BySubject)
	for name, spec := range map[string]map[string]any{
		"no parameters":        {},
		"parameters of {}":     {"parameters": map[string]any{}},
		"an action and a spec": {"enforcementAction": "deny"},
	} {
		t.Run(name, func(t *testing.T) {
			made := &unstructured.Unstructured{Object: map[string]any{
				"apiVersion": "constraints.gatekeeper.sh/v1beta1", "kind": "K8sWindowsWorkloads",
				"metadata": map[string]any{"name": "deny"}, "spec": spec,
			}}
			_, err := cluster.client.AddConstraint(t.Context(), made)
			require.NoError(t, err)
			one := pod(t, "volume", nil)
			one.Object.Value["spec"].(map[string]any)["volumes"] = []any{map[string]any{
				"name": "data", "nfs": map[string]any{"server": "nfs.example.com", "path": "/"},
			}}
			require.Equal(t, []string{"deny linux-volume"}, cluster.review(t, reviewOf(one)["request"]))
		})
	}
}

// If Gatekeeper replicates nothing, the rules cannot know what is missing.
func TestInventory_EmptyGivesNoFinding(t *testing.T) {
	cluster := newCluster(t, newProduct(t), gatekeeper.BySubject)
	cluster.configure(t, nil)
	cluster.replicate(t, sample.Sample{Run: "empty"})
	one := pod(t, "inventory", nil)
	one.Object.Value["spec"].(map[string]any)["runtimeClassName"] = "class"
	require.Empty(t, cluster.review(t, reviewOf(one)["request"]))
}
