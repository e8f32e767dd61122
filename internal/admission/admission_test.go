package admission_test

import (
	"bytes"
	"io/fs"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"winpolicy/internal/admission"
	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

func TestRead_MistakesNameTheFile(t *testing.T) {
	reader := newReader(t)
	const file = "lib/windows/rules/toleration/toleration.cel"
	for name, tc := range map[string]struct{ path, text, want string }{
		"no YAML":             {file, "a: [", "policies/" + file + ": yaml: line 1"},
		"an unknown key":      {file, "condition: []\n", "policies/" + file + ": yaml: unmarshal errors:\n  line 1: field condition not found"},
		"no such constant":    {file, "tables: {names: os_labels.name}\n", "policies/" + file + ": tables.names: package lib.windows.os_labels has no constant name"},
		"no package":          {file, "tables: {names: names}\n", `"names": write the package below lib.windows and the name of a constant`},
		"a second definition": {file, "variables: {pod: object.spec}\n", "variables.pod has a definition already"},
		"no such rule":        {"lib/windows/rules/toleration/tolerations.cel", "{}", "tolerations"},
		"an empty condition":  {file, "conditions: [{name: x, severity: note}]\n", "condition \"x\": severity \"note\": write deny or warn\nwrite `if`, `field` and `says`"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := reader(map[string]string{tc.path: tc.text})
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestFiles_ExpressionsWithoutDefinitionsAreErrors(t *testing.T) {
	reader := newReader(t)
	for name, tc := range map[string]struct{ text, want string }{
		"no such variable": {"variables.nothing", "toleration: condition x: variables.nothing has no definition"},
		"a circle":         {"variables.first", "toleration: condition x: variables.first: variables.second: variables.first uses itself"},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := reader(map[string]string{"lib/windows/rules/toleration/toleration.cel": `
variables: {first: variables.second, second: variables.first, missing: "[]"}
conditions: [{name: x, severity: warn, if: ["` + tc.text + `"], field: "'spec'", says: Something.}]
`})
			require.NoError(t, err)
			_, err = source.Files(admission.Settings{})
			require.EqualError(t, err, tc.want)
		})
	}
}

// What a configuration says reaches the policies.
func TestFiles_FollowTheConfiguration(t *testing.T) {
	reader := newReader(t)
	for name, tc := range map[string]struct {
		settings admission.Settings
		file     string
		has, not []string
	}{
		"no configuration": {
			file: admission.PlacementFile,
			has:  []string{"\ntaints = []\n", "\ndefaultOS = 'linux'\n", "\nosName = 'safe'\n", "values: [kube-system]", "failurePolicy: Ignore"},
		},
		"a platform": {
			settings: admission.Settings{Values: map[string]any{"platform": "openshift"}}, file: admission.PlacementFile,
			has: []string{`'key': 'os', 'value': 'Windows'`},
		},
		"taints replace those of the platform": {
			settings: admission.Settings{Values: map[string]any{"platform": "generic", "taints": []any{map[string]any{"key": "pool", "effect": "NoExecute"}}}},
			file:     admission.ValidationFile, has: []string{`'effect': 'NoExecute', 'key': 'pool', 'value': ''`}, not: []string{`'key': 'os'`},
		},
		"the section": {
			settings: admission.Settings{Admission: map[string]any{"defaultOS": "none", "osName": "enforce", "excludedNamespaces": []any{"a", "b"}}},
			file:     admission.OptInFile, has: []string{"\ndefaultOS = 'none'\n", "\nosName = 'enforce'\n", "values: [a, b]"}, not: []string{"kube-system"},
		},
		"no namespace is excluded": {
			settings: admission.Settings{Admission: map[string]any{"excludedNamespaces": []any{}}},
			file:     admission.ValidationFile, not: []string{"namespaceSelector"},
		},
		"deny becomes warn": {
			settings: admission.Settings{Values: rule("os-conflict", map[string]any{"severity": "warn"})},
			file:     admission.EnforceFile, has: []string{"name: winpolicy-os-conflict-warn\n"}, not: []string{"name: winpolicy-os-conflict\n"},
		},
		"warn becomes deny": {
			settings: admission.Settings{Values: rule("toleration", map[string]any{"severity": "deny"})},
			file:     admission.EnforceFile, has: []string{"name: winpolicy-toleration\n"}, not: []string{"name: winpolicy-toleration-warn\n"},
		},
		"a note is not reported": {
			settings: admission.Settings{Values: rule("toleration", map[string]any{"severity": "note"})},
			file:     admission.EnforceFile, not: []string{"winpolicy-toleration"},
		},
		"a rule is off": {
			settings: admission.Settings{Values: rule("host-namespaces", map[string]any{"enabled": false})},
			file:     admission.ValidationFile, has: []string{"linux-security-context"}, not: []string{"winpolicy explain host-namespaces"},
		},
		"a parameter": {
			settings: admission.Settings{Values: rule("host-process-account", map[string]any{"parameters": map[string]any{"accounts": []any{`it's\me`}}})},
			file:     admission.ValidationFile, has: []string{`accounts = ['it\'s\\me']`},
		},
		"warnings reject nothing":  {file: admission.ValidationFile, has: []string{"validationActions: [Warn, Audit]"}, not: []string{"Deny"}},
		"denials reject":           {file: admission.EnforceFile, has: []string{"validationActions: [Warn, Audit]", "validationActions: [Deny, Audit]"}},
		"the preview changes none": {file: admission.PreviewFile, has: []string{"validationActions: [Warn, Audit]"}, not: []string{"Mutating"}},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := reader(nil)
			require.NoError(t, err)
			files, err := source.Files(tc.settings)
			require.NoError(t, err)
			text := string(files[tc.file]) + "\n" + variablesOf(files[tc.file])
			require.True(t, strings.HasPrefix(text, admission.Header+"# It needs Kubernetes 1.36 or later. "))
			for _, part := range tc.has {
				require.Contains(t, text, part)
			}
			for _, part := range tc.not {
				require.NotContains(t, text, part)
			}
		})
	}
}

// A variable stands before what uses it, once, and a policy has no other ones.
func TestFiles_PoliciesHoldTheVariablesThatTheyUse(t *testing.T) {
	reader := newReader(t)
	source, err := reader(nil)
	require.NoError(t, err)
	files, err := source.Files(admission.Settings{Values: map[string]any{"platform": "aks"}})
	require.NoError(t, err)
	policies := 0
	for name, text := range files {
		for _, policy := range documents(text) {
			if strings.HasSuffix(policy.Kind, "Binding") {
				continue
			}
			policies++
			rest, err := yaml.Marshal(policy.Spec.Rest)
			require.NoError(t, err)
			all := string(rest)
			for i := len(policy.Spec.Variables) - 1; i >= 0; i-- {
				variable := policy.Spec.Variables[i]
				require.Truef(t, uses(all, variable.Name), "%s: nobody uses %s", name, variable.Name)
				require.Falsef(t, uses(variable.Expression, variable.Name), "%s: %s", name, variable.Name)
				all += variable.Expression
			}
		}
	}
	require.Greater(t, policies, 20)
}

func uses(text, name string) bool {
	return regexp.MustCompile(`\bvariables\.` + name + `\b`).MatchString(text)
}

// document is a policy or a binding.
type document struct {
	Kind string
	Spec struct {
		Variables []admission.Expression
		Rest      map[string]any `yaml:",inline"`
	}
}

func documents(text []byte) []document {
	var all []document
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	for {
		var one document
		if decoder.Decode(&one) != nil {
			return all
		}
		all = append(all, one)
	}
}

// variablesOf gives the variables of all policies, one a line.
func variablesOf(text []byte) string {
	var lines strings.Builder
	for _, policy := range documents(text) {
		for _, variable := range policy.Spec.Variables {
			lines.WriteString(variable.Name + " = " + variable.Expression + "\n")
		}
	}
	return lines.String()
}

func rule(id string, settings map[string]any) map[string]any {
	return map[string]any{"rules": map[string]any{id: settings}}
}

// newReader gives a function that reads the CEL of the program, with some files replaced or added.
func newReader(t *testing.T) func(replaced map[string]string) (*admission.Source, error) {
	t.Helper()
	modules, err := rego.Load(policies.FS)
	require.NoError(t, err)
	rules, err := catalog.Load(modules)
	require.NoError(t, err)
	return func(replaced map[string]string) (*admission.Source, error) {
		tree := fstest.MapFS{}
		for name, text := range replaced {
			tree[name] = &fstest.MapFile{Data: []byte(text)}
		}
		err := fs.WalkDir(policies.FS, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".cel") || tree[name] != nil {
				return err
			}
			text, err := fs.ReadFile(policies.FS, name)
			tree[name] = &fstest.MapFile{Data: text}
			return err
		})
		require.NoError(t, err)
		return admission.Read(tree, modules, rules)
	}
}
