package gotest

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

// `check` keeps of other objects only what the METADATA of a rule names. A rule that reads more would find nothing there.
func TestInventory_RulesReadOnlyWhatTheirMetadataNames(t *testing.T) {
	t.Parallel()
	require.Empty(t, undeclared(t, planRules(t), loadRules(t), readSamples(t)))
}

// The samples of a rule hold few other objects, so every sample of a kind that the rule reads is made one.
func TestInventory_AnyOtherObjectIsReadAlikeWholeAndCut(t *testing.T) {
	t.Parallel()
	judge, samples := planRules(t), readSamples(t)
	for _, rule := range loadRules(t) {
		if len(rule.Inventory) == 0 {
			continue
		}
		t.Run(rule.ID, func(t *testing.T) {
			pairs := pairs(t, rule, samples)
			require.NotEmpty(t, pairs)
			require.Empty(t, undeclared(t, judge, []catalog.Rule{rule}, pairs))
		})
	}
}

func TestInventory_ReadOfAnUnnamedFieldIsReported(t *testing.T) {
	t.Parallel()
	judge, samples := planRules(t), readSamples(t)
	for name, tc := range map[string]struct {
		rule, kind string
		drop       func(field string) bool
		want       string
	}{
		"the labels of a CronJob": {"service-networking", "CronJob", func(field string) bool { return strings.HasSuffix(field, "metadata.labels") },
			"service-networking reads spec.jobTemplate.spec.template.metadata.labels.behind of CronJob"},
		"the selector of a Pod": {"service-networking", "Pod", func(field string) bool { return field == "spec.nodeSelector" },
			"service-networking reads spec.nodeSelector[kubernetes.io/os] of Pod"},
		"the source of a volume": {"windows-storage", "PersistentVolume", func(field string) bool { return field == "spec.nfs" },
			"windows-storage reads spec.nfs.path of PersistentVolume"},
		"every field of a Node": {"windows-capacity", "Node", func(string) bool { return true },
			"windows-capacity reads metadata.labels[kubernetes.io/os] of Node"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := loadRules(t)
			rule := rules[slices.IndexFunc(rules, func(rule catalog.Rule) bool { return rule.ID == tc.rule })]
			pairs := slices.DeleteFunc(pairs(t, rule, samples), func(pair sample.Sample) bool { return pair.Others[tc.kind] == nil })
			rule.Inventory = without(rule.Inventory, tc.kind, tc.drop)
			require.Contains(t, strings.Join(undeclared(t, judge, []catalog.Rule{rule}, pairs), "\n"), tc.want)
		})
	}
}

// askers are objects about which a rule asks for others.
var askers = fstest.MapFS{
	"service-networking": {Data: []byte(`apiVersion: v1
kind: Service
metadata: {name: asker, namespace: shop}
spec: {selector: {behind: asker}, sessionAffinity: ClientIP}
`)},
	"windows-capacity": {Data: []byte(`# config: {rules: {windows-capacity: {enabled: true}}}
apiVersion: v1
kind: Pod
metadata: {name: asker, namespace: shop}
spec: {os: {name: windows}, containers: [{name: web, image: "web:1"}]}
`)},
	"runtime-class-reference": {Data: []byte(`apiVersion: v1
kind: Pod
metadata: {name: asker, namespace: shop}
spec: {os: {name: windows}, runtimeClassName: class, containers: [{name: web, image: "web:1"}]}
`)},
	"windows-storage": {Data: []byte(`apiVersion: apps/v1
kind: StatefulSet
metadata: {name: asker, namespace: shop}
spec:
  template:
    spec:
      os: {name: windows}
      containers: [{name: web, image: "web:1"}]
      volumes: [{name: files, persistentVolumeClaim: {claimName: bound}}]
  volumeClaimTemplates:
    - {metadata: {name: a}, spec: {storageClassName: nfs-client}}
    - {metadata: {name: b}, spec: {storageClassName: gp3-ext4}}
    - {metadata: {name: c}, spec: {volumeName: export}}
    - {metadata: {name: d}, spec: {storageClassName: exports}}
`)},
}

// pairs puts each sample of the kinds that a rule reads beside the object about which the rule asks. Where the rule reads
// labels the other object gets those that the asker selects.
func pairs(t *testing.T, rule catalog.Rule, samples []sample.Sample) []sample.Sample {
	t.Helper()
	require.Contains(t, askers, rule.ID, "add an object about which %s asks for others", rule.ID)
	read, err := sample.Read(fstest.MapFS{rule.ID + ".yaml": askers[rule.ID]})
	require.NoError(t, err)
	var all []sample.Sample
	for _, synced := range rule.Inventory {
		for _, other := range samples {
			kind, _ := other.Object.Value["kind"].(string)
			if !slices.Contains(synced.Kinds, kind) {
				continue
			}
			object := copied(t, other.Object.Value)
			set(object, "shop", "metadata", "namespace")
			if labels := slices.IndexFunc(synced.Fields, func(field string) bool { return strings.HasSuffix(field, "metadata.labels") }); labels >= 0 {
				set(object, "asker", append(strings.Split(synced.Fields[labels], "."), "behind")...)
			}
			pair := read[0]
			pair.File, pair.Name, pair.Run = other.File, other.Name, other.File+" "+other.Name
			pair.Others = engine.Run{kind: {object}}
			all = append(all, pair)
		}
	}
	return all
}

// set sets a value at the path of keys, unless something other than a map stands there.
func set(object map[string]any, value any, path ...string) {
	for _, key := range path[:len(path)-1] {
		if object[key] == nil {
			object[key] = map[string]any{}
		}
		inner, ok := object[key].(map[string]any)
		if !ok {
			return
		}
		object = inner
	}
	object[path[len(path)-1]] = value
}

// without returns an inventory that does not name the fields of a kind that drop selects.
func without(inventory []catalog.Synced, kind string, drop func(field string) bool) []catalog.Synced {
	var all []catalog.Synced
	for _, synced := range inventory {
		if slices.Contains(synced.Kinds, kind) {
			synced.Kinds, synced.Fields = []string{kind}, slices.DeleteFunc(slices.Clone(synced.Fields), drop)
		}
		if len(synced.Fields) > 0 {
			all = append(all, synced)
		}
	}
	return all
}

const nosyRule = `# METADATA
# title: A rule that reads what it does not name
# description: It is a rule of a test.
# related_resources:
#   - ref: https://kubernetes.io/
# custom:
#   id: nosy
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: []
#   since: 0.1.0
#   remedy: Nothing to do.
#   fields: [spec]
package lib.windows.rules.nosy

import data.lib.windows.result
import data.lib.windows.run
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "there is a ConfigMap",
	"enforcedBy": "advice",
}) if {
	some map in run.ConfigMap
	map.data["os.name"] == "windows"
}
`

const nosySample = `apiVersion: v1
kind: ConfigMap
metadata: {name: settings}
data: {os.name: windows, other: text}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {os: {name: windows}, containers: [{name: web, image: "web:1"}]}
`

func TestInventory_ReadOfAnUnnamedKindIsReported(t *testing.T) {
	all, err := rego.Load(policies.FS, bundle.FS, fstest.MapFS{"lib/windows/rules/nosy/nosy.rego": {Data: []byte(nosyRule)}})
	require.NoError(t, err)
	rules, err := catalog.Load(all)
	require.NoError(t, err)
	samples, err := sample.Read(fstest.MapFS{"nosy.yaml": {Data: []byte(nosySample)}})
	require.NoError(t, err)
	require.Equal(t, []string{"nosy reads data[os.name] of ConfigMap, which its METADATA does not name (nosy.yaml: web)"},
		undeclared(t, topdown.Rules(productOf(t, all).compiler), rules, samples))
}
