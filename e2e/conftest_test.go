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
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

// result is one file of `conftest test -o json`.
type result struct {
	Filename string
	Failures []answer
	Warnings []answer
}

type answer struct {
	Msg      string
	Metadata struct {
		Details struct{ Severity, Rule, File, Object string }
	}
}

// conftest finds in each sample what the sample expects. The configuration holds the RuntimeClasses of the run. conftest
// sees no other object.
func TestConftest_FindsWhatSamplesExpect(t *testing.T) {
	blind := rulesThatNeedTheRun(t)
	for config, some := range byConfig(t, manifests(t)) {
		t.Run("as "+some[0].Name, func(t *testing.T) {
			t.Parallel()
			files := write(t, some)
			results := conftest(t, config, slices.Sorted(maps.Keys(files))...)
			require.Len(t, results, len(files))
			for _, result := range results {
				one := files[result.Filename]
				t.Run(one.File+"/"+one.Name, func(t *testing.T) {
					// Such a rule can find something without the run, too. The test with --combine compares all of it.
					ofBlind := func(said string) bool {
						_, rule, _ := strings.Cut(said, " ")
						return slices.Contains(blind, rule)
					}
					want := slices.DeleteFunc(one.Expects("deny", "warn"), ofBlind)
					require.Equal(t, want, slices.DeleteFunc(rulesOf(result.all()), ofBlind))
				})
			}
		})
	}
}

// rulesThatNeedTheRun gives the ids of the rules that read other objects than RuntimeClasses.
func rulesThatNeedTheRun(t *testing.T) []string {
	t.Helper()
	all, err := rego.Load(policies.FS)
	require.NoError(t, err)
	rules, err := catalog.Load(all)
	require.NoError(t, err)
	var ids []string
	for _, rule := range rules {
		if slices.ContainsFunc(rule.Inventory, func(synced catalog.Synced) bool {
			return !slices.Equal(synced.Kinds, []string{"RuntimeClass"})
		}) {
			ids = append(ids, rule.ID)
		}
	}
	return ids
}

// With --combine conftest sees the whole run, and each result names its object.
func TestConftest_CombineFindsWhatSamplesExpect(t *testing.T) {
	samples := manifests(t)
	for i := range samples {
		samples[i].Config = samples[i].ConfigAlone()
	}
	for config, some := range byConfig(t, samples) {
		for name := range maps.Collect(runsOf(some)) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				members := slices.DeleteFunc(slices.Clone(samples), func(one sample.Sample) bool { return one.Run != name })
				files := write(t, members)
				results := conftest(t, config, append(slices.Sorted(maps.Keys(files)), "--combine")...)
				require.Len(t, results, 1)
				for file, one := range files {
					if !one.Given && key(t, one.Config) == config {
						requireOwn(t, one, file, results[0])
					}
				}
			})
		}
	}
}

// requireOwn requires of the findings of a run that those about a file are what its sample expects, and name its object.
func requireOwn(t *testing.T, one sample.Sample, file string, all result) {
	t.Run(one.File+"/"+one.Name, func(t *testing.T) {
		own := slices.DeleteFunc(all.all(), func(found answer) bool { return found.Metadata.Details.File != file })
		for _, found := range own {
			require.True(t, strings.HasPrefix(found.Msg, found.Metadata.Details.Object+": "), found.Msg)
		}
		require.Equal(t, one.Expects("deny", "warn"), rulesOf(own))
	})
}

func (r result) all() []answer { return append(slices.Clone(r.Failures), r.Warnings...) }

func rulesOf(answers []answer) []string {
	all := []string{}
	for _, one := range answers {
		all = append(all, one.Metadata.Details.Severity+" "+one.Metadata.Details.Rule)
	}
	slices.Sort(all)
	return all
}

// manifests gives the samples that conftest can judge. A manifest has no operation and no oldObject.
func manifests(t *testing.T) []sample.Sample {
	t.Helper()
	all, err := sample.Read(os.DirFS("../samples"))
	require.NoError(t, err)
	all = slices.DeleteFunc(all, sample.Sample.IsReview)
	require.NotEmpty(t, all)
	return all
}

// byConfig groups the samples that are judged by their configuration, as JSON.
func byConfig(t *testing.T, samples []sample.Sample) map[string][]sample.Sample {
	groups := map[string][]sample.Sample{}
	for _, one := range samples {
		if !one.Given {
			groups[key(t, one.Config)] = append(groups[key(t, one.Config)], one)
		}
	}
	return groups
}

func key(t *testing.T, config any) string {
	t.Helper()
	text, err := json.Marshal(config)
	require.NoError(t, err)
	return string(text)
}

func runsOf(samples []sample.Sample) func(func(string, bool) bool) {
	return func(yield func(string, bool) bool) {
		for _, one := range samples {
			if !yield(one.Run, true) {
				return
			}
		}
	}
}

// write puts each sample into a file of its own, and gives the samples by path.
func write(t *testing.T, samples []sample.Sample) map[string]sample.Sample {
	t.Helper()
	folder := t.TempDir()
	files := map[string]sample.Sample{}
	for i, one := range samples {
		path := filepath.Join(folder, fmt.Sprintf("%03d.yaml", i))
		require.NoError(t, os.WriteFile(path, one.Object.Document.Raw, 0o600))
		files[path] = one
	}
	return files
}

// conftest runs the program as a user does, with the folder that `bundle --dir` writes.
func conftest(t *testing.T, config string, args ...string) []result {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "policy")
	var settings map[string]any
	require.NoError(t, json.Unmarshal([]byte(config), &settings))
	file := filepath.Join(t.TempDir(), "winpolicy.yaml")
	settings["apiVersion"] = "winpolicy/v1alpha1"
	require.NoError(t, os.WriteFile(file, []byte(key(t, settings)), 0o600))
	run(t, ".", winpolicy(t), "bundle", "--config", file, "--dir", folder)
	command := exec.CommandContext(t.Context(), tool(t, "conftest"), append([]string{
		"test", "--no-fail", "-o", "json", "-p", folder, "-d", folder,
	}, args...)...)
	var problems bytes.Buffer
	command.Stderr = &problems
	output, err := command.Output()
	require.NoError(t, err, problems.String())
	var results []result
	require.NoError(t, json.Unmarshal(output, &results))
	return results
}
