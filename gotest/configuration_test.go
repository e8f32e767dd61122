package gotest

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/sample"
)

// Every input form follows the configuration of each rule in a sample: the rule off, at each severity, and with an
// exception by object, by controller and by container. Of samples of one kind with the same findings, one is enough.
func TestConfiguration_EveryInputFormFollowsIt(t *testing.T) {
	t.Parallel()
	samples := readSamples(t)
	product, engines := newProduct(t), planEngines(t)
	yielding := map[string][]string{} // the rules that yield to a rule, by its id
	for _, rule := range loadRules(t) {
		for _, stronger := range rule.YieldsTo {
			yielding[stronger] = append(yielding[stronger], rule.ID)
		}
	}
	changed := map[string][]sample.Sample{}
	seen := map[string]bool{}
	for _, one := range samples {
		for _, rule := range rulesOf(one) {
			key := likeness(rule, one)
			if seen[key] {
				continue
			}
			seen[key] = true
			if rule == "mixed-os" && strings.HasPrefix(one.Name, "denied-injected-") {
				continue // without mixed-os, what other rules say of the injected container is reported; gather_test has that
			}
			for name, variant := range variants(t, engines.of(t, one), one, rule) {
				changed[name] = append(changed[name], variant)
			}
			for _, silent := range yielding[rule] {
				last := &changed["off"][len(changed["off"])-1]
				*last = configured(*last, silent, map[string]any{"enabled": false}, "")
			}
		}
	}
	for name, form := range forms(t, product, samples, together) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for change, some := range changed {
				t.Run(change, func(t *testing.T) {
					require.Positive(t, form.holds(t, some))
				})
			}
		})
	}
}

func rulesOf(one sample.Sample) []string {
	var ids []string
	for _, want := range one.Wants {
		ids = append(ids, want.Rule)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// A parameter that no sample changes may have no effect.
func TestParameters_EachHasASampleWithAnotherValue(t *testing.T) {
	shown := map[string]bool{}
	for _, one := range readSamples(t) {
		rules, _ := one.Config["rules"].(map[string]any)
		for id, settings := range rules {
			parameters, _ := settings.(map[string]any)["parameters"].(map[string]any)
			for name, value := range parameters {
				text, err := json.Marshal(value)
				require.NoError(t, err)
				shown[id+" "+name+" "+string(text)] = true
			}
		}
	}
	for _, rule := range loadRules(t) {
		for name, parameter := range rule.Parameters {
			initial, err := json.Marshal(parameter.Default)
			require.NoError(t, err)
			delete(shown, rule.ID+" "+name+" "+string(initial))
			found := false
			for key := range shown {
				found = found || len(key) > len(rule.ID+name)+2 && key[:len(rule.ID+name)+2] == rule.ID+" "+name+" "
			}
			require.True(t, found, "add a sample with another value of parameter %s of %s to samples/%s.yaml, with `# config:`", name, rule.ID, rule.ID)
		}
	}
}

// On each platform a pod needs the toleration for that platform's taint. A toleration for another one is not enough.
func TestPlatforms_RequireTheTolerationOfTheirOwnTaint(t *testing.T) {
	t.Parallel()
	product := newProduct(t)
	platforms, err := catalog.Platforms(product.modules)
	require.NoError(t, err)
	tolerations := map[string]map[string]any{
		"aks":       nil,
		"eks":       nil,
		"generic":   {"key": "os", "value": "windows", "effect": "NoSchedule"},
		"gke":       {"key": "node.kubernetes.io/os", "value": "windows", "effect": "NoSchedule"},
		"openshift": {"key": "os", "value": "Windows", "effect": "NoSchedule"},
		"rke2":      nil,
	}
	require.ElementsMatch(t, catalog.Names(platforms), slices.Collect(maps.Keys(tolerations)))
	var samples []sample.Sample
	for platform, taint := range tolerations {
		for other, toleration := range tolerations {
			one := pod(t, platform+" with the toleration of "+other, toleration)
			one.Config = map[string]any{"platform": platform}
			added := platform == "gke" // its webhook adds the toleration, because the pod selects windows
			if taint != nil && !added && (toleration == nil || toleration["key"] != taint["key"] || toleration["value"] != taint["value"]) {
				one.Wants = []sample.Want{{Severity: finding.Warn, Rule: "toleration"}}
			}
			samples = append(samples, one)
		}
	}
	for name, form := range forms(t, product, samples, together) {
		t.Run(name, func(t *testing.T) { require.Equal(t, len(samples), form.holds(t, samples)) })
	}
}

// pod gives a sample of a Windows pod without findings, except for the toleration.
func pod(t *testing.T, name string, toleration map[string]any) sample.Sample {
	t.Helper()
	spec := map[string]any{
		"os":           map[string]any{"name": "windows"},
		"nodeSelector": map[string]any{"kubernetes.io/os": "windows"},
		"containers": []any{map[string]any{
			"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022",
			"resources": map[string]any{"requests": map[string]any{"cpu": "1", "memory": "1Gi"}},
		}},
	}
	if toleration != nil {
		spec["tolerations"] = []any{toleration}
	}
	text, err := json.Marshal(map[string]any{
		"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "web"}, "spec": spec,
	})
	require.NoError(t, err)
	objects, faults := manifest.Document{File: name, Line: 1, Raw: text}.Objects()
	require.Empty(t, faults)
	return sample.Sample{Name: "web", File: name, Run: name, Object: objects[0]}
}

// `winpolicy config` shows the settings that the library uses.
func TestConfig_ShowsTheSettingsOfTheLibrary(t *testing.T) {
	product := newProduct(t)
	platforms, err := catalog.Platforms(product.modules)
	require.NoError(t, err)
	rules := loadRules(t)
	own := []any{map[string]any{"key": "sku", "value": "windows", "effect": "NoExecute"}}
	for name, document := range map[string]*config.Document{
		"nothing":        nil,
		"taints":         (*config.Document)(nil).Override("taints", own),
		"no taints":      (*config.Document)(nil).Override("platform", "gke").Override("taints", []any{}),
		"aks":            (*config.Document)(nil).Override("platform", "aks"),
		"gke":            (*config.Document)(nil).Override("platform", "gke"),
		"gke and taints": (*config.Document)(nil).Override("platform", "gke").Override("taints", own),
	} {
		t.Run(name, func(t *testing.T) {
			settings := config.Effective(document, rules, platforms)
			index := slices.IndexFunc(settings, func(setting config.Setting) bool { return setting.Path == "taints" })
			want := product.evaluate(t, "data.lib.windows.settings.taints", engine.Data{Config: document.Settings()}, nil)
			require.Equal(t, want, settings[index].Value)
		})
	}
}
