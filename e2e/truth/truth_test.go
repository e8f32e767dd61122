package main

import (
	"context"
	"io/fs"
	"iter"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/admission"
	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// The comparison finds a rule that is wrong in either direction.
func TestCompare_BrokenRuleIsADisagreement(t *testing.T) {
	oracle := newOracle(t)
	fields, err := oracle.fieldsOf()
	require.NoError(t, err)
	pods := someOf(grid(fields), 4, func(one request) bool { return one.Object["kind"] == "Pod" })
	about := func(field string) iter.Seq[request] {
		return someOf(grid(fields), 1, func(one request) bool {
			return one.Object["kind"] == "Pod" && strings.Contains(one.origin, "."+field+" ")
		})
	}
	for name, tc := range map[string]struct {
		config   engine.Config
		file     string // in which old becomes new
		old, new string
		requests iter.Seq[request]
		rule     string // of the disagreement, "" if only the API server rejects the object
	}{
		"host-namespaces is off":        {config: off("host-namespaces"), requests: pods},
		"linux-security-context is off": {config: off("linux-security-context"), requests: pods},
		"linux-windows-options is off":  {config: off("linux-windows-options"), requests: pods},
		"pod-level-resources is off":    {config: off("pod-level-resources"), requests: pods},
		"host-process is off":           {config: off("host-process"), requests: pods},
		"run-as-user-name is off":       {config: off("run-as-user-name"), requests: pods},
		"gmsa is off":                   {config: off("gmsa"), requests: pods},
		"os-name is off":                {config: off("os-name"), requests: pods},
		"in-place-resize is off":        {config: off("in-place-resize"), requests: resizes},
		"a field is missing from the list": {
			file: "lib/windows/linux_only/linux_only.rego", old: "\t\"supplementalGroupsPolicy\",\n",
			requests: about("supplementalGroupsPolicy"),
		},
		"the value false is rejected like true": {
			file: "lib/windows/linux_only/linux_only.rego", old: "subject.pod.hostPID == true", new: "subject.pod.hostPID != null",
			requests: about("hostPID"), rule: "host-namespaces",
		},
		"a valid handler is rejected": {
			file: "lib/windows/rules/runtime_class/runtime_class.rego", old: "{0,61}", new: "{0,3}",
			requests: runtimeClasses, rule: "runtime-class",
		},
		"a file that claims to be deleted is not judged": {
			file: "lib/windows/subject/subject.rego", old: "\t_stored\n}", new: "}", requests: deletions,
		},
	} {
		t.Run(name, func(t *testing.T) {
			broken := judge{engine: newEngine(t, tc.config, tc.file, tc.old, tc.new), oracle: oracle}
			count, err := judgeAll(t.Context(), []judge{broken}, tc.requests)
			require.NoError(t, err)
			require.NotEmpty(t, count.open)
			for _, one := range count.open {
				require.Equal(t, tc.rule, one.rule, one.request.origin)
			}
		})
	}
}

// The objects that claim to be deleted meet the condition of subject.judged, or miss it, often enough to prove it.
func TestDeletions_AreJudgedLikeTheSameObjectsWithoutClaim(t *testing.T) {
	whole := judge{engine: newEngine(t, nil, "", "", ""), oracle: newOracle(t)}
	count, err := judgeAll(t.Context(), []judge{whole}, deletions)
	require.NoError(t, err)
	require.Empty(t, count.open)
	require.GreaterOrEqual(t, count.denials, 50)
	require.GreaterOrEqual(t, count.objects-count.denials, 50)
}

func TestFloorOf_GoesByTheMinorVersion(t *testing.T) {
	require.Equal(t, floors["1.37"], floorOf("1.37.2"))
	require.Positive(t, floorOf("1.37.9").denials)
	require.Zero(t, floorOf("1.2.3"))
	require.Zero(t, floorOf(""))
}

func TestGenerate_SameSeedGivesTheSameObjects(t *testing.T) {
	fields := map[string][]field{}
	for _, place := range places {
		fields[place.owner] = []field{{Name: "runAsUser", Form: "number"}, {Name: "hostPID", Form: "bool"}}
	}
	made := source{seed: 3, fields: fields}
	for number := range 50 {
		first := made.combined(rand.New(rand.NewPCG(3, uint64(number))))
		second := made.combined(rand.New(rand.NewPCG(3, uint64(number))))
		require.Equal(t, first, second)
	}
}

func TestIsAboutWindows_ReadsFieldAndMessageOnly(t *testing.T) {
	for name, tc := range map[string]struct {
		problem problem
		want    bool
	}{
		"a field":                       {problem{Field: "spec.hostPID", Message: "Forbidden: cannot be set for a windows pod"}, true},
		"HostProcess":                   {problem{Field: "spec", Message: "Invalid value: \"\": If pod contains any hostProcess containers"}, true},
		"a path":                        {problem{Field: "spec.securityContext.windowsOptions.runAsUserName", Message: "Invalid value"}, true},
		"the OS":                        {problem{Field: "spec.template.spec.os", Message: "Unsupported value"}, true},
		"a quoted value":                {problem{Field: "spec.nodeName", Message: `Invalid value: "windows\"2": no name`}, false},
		"a quoted object":               {problem{Field: "spec.template", Message: `Invalid value: {"WindowsOptions":{"RunAsUserName":"a]b"}}: field is immutable`}, false},
		"a difference in the message":   {problem{Field: "spec", Message: "Forbidden: pod updates may not change fields\n- WindowsOptions: nil"}, false},
		"another part of the same spec": {problem{Field: "spec.containers[0].image", Message: "Required value"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, isAboutWindows(tc.problem))
		})
	}
}

func off(rule string) engine.Config {
	return engine.Config{"rules": object{rule: object{"enabled": false}}}
}

// someOf gives every n-th of the requests for which holds is true.
func someOf(of iter.Seq[request], n int, holds func(request) bool) iter.Seq[request] {
	return func(yield func(request) bool) {
		number := 0
		for one := range of {
			if !holds(one) {
				continue
			}
			number++
			if number%n == 0 && !yield(one) {
				return
			}
		}
	}
}

// newEngine makes an engine of the rules, after it has replaced a text in one of their files.
func newEngine(t *testing.T, config engine.Config, file, old, replacement string) *evaluators {
	t.Helper()
	all, err := rego.Load(broken(t, file, old, replacement), bundle.FS)
	require.NoError(t, err)
	made, err := topdown.New(t.Context(), all, engine.Data{Config: config}, time.Time{})
	require.NoError(t, err)
	return &evaluators{topdown: made}
}

// broken gives the tree of the rules, after it has replaced a text in one of its files. file is "" to replace nothing.
func broken(t *testing.T, file, old, replacement string) fs.FS {
	t.Helper()
	if file == "" {
		return policies.FS
	}
	files := fstest.MapFS{}
	require.NoError(t, fs.WalkDir(policies.FS, ".", func(path string, item fs.DirEntry, err error) error {
		if err != nil || item.IsDir() {
			return err
		}
		text, err := fs.ReadFile(policies.FS, path)
		files[path] = &fstest.MapFile{Data: text}
		return err
	}))
	require.Contains(t, files, file)
	text := string(files[file].Data)
	require.Contains(t, text, old)
	files[file] = &fstest.MapFile{Data: []byte(strings.Replace(text, old, replacement, 1))}
	return files
}

// newOracle builds and starts the program of e2e/oracle, and sets up a cluster in it.
func newOracle(t *testing.T) *oracle {
	t.Helper()
	path, err := filepath.Abs("../../dist/tools/oracle")
	require.NoError(t, err)
	build := exec.CommandContext(context.Background(), "go", "build", "-o", path, ".")
	build.Dir, build.Stderr = "../oracle", os.Stderr
	require.NoError(t, build.Run())
	started, err := startOracle(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, started.stop()) })
	require.NoError(t, started.ask("cluster", clusters[0].question(), &struct{}{}))
	return started
}

// The comparison finds a policy that is wrong.
func TestAdmission_BrokenPolicyIsADisagreement(t *testing.T) {
	asked := newOracle(t)
	for rule, tc := range map[string]struct{ old, new string }{
		"container-administrator": {"u != 'containeradministrator' && (u in", "(u in"},
		"host-process":            {"hostAliases.orValue([]).size() > 0", "hostAliases.orValue([]).size() > 1"},
		"host-process-account":    {"u.contains('\\\\') || u.lowerAscii() in variables.noGroup", "u.contains('\\\\')"},
		"linux-escape":            {"e.key + '=' + v in variables.linuxLabels", "e.key + v in variables.linuxLabels"},
		"linux-security-context":  {"(f != 'privileged' || c.securityContext.privileged)))", "f != ''))"},
		"node-selector":           {"variables.named.size() == 0 && !variables.names", "variables.named.size() == 0"},
		"os-conflict":             {"(variables.os != 'linux' ? []", "(variables.os != 'windows' ? []"},
		"toleration":              {"|| t.effect == 'NoExecute'", ""},
	} {
		t.Run(rule, func(t *testing.T) {
			file := "lib/windows/rules/" + strings.ReplaceAll(rule, "-", "_")
			tree := broken(t, file+file[strings.LastIndex(file, "/"):]+".cel", tc.old, tc.new)
			all, err := rego.Load(policies.FS, bundle.FS)
			require.NoError(t, err)
			rules, err := catalog.Load(all)
			require.NoError(t, err)
			source, err := admission.Read(tree, all, rules)
			require.NoError(t, err)
			source.Policies = slices.DeleteFunc(source.Policies, func(one admission.Policy) bool { return one.Rule != rule })
			config := admissionConfigs[4]
			policies, err := newJury(source, config)
			require.NoError(t, err)
			whole := &product{modules: all, rules: rules}
			engines, err := whole.engine(t.Context(), config)
			require.NoError(t, err)
			count, err := policies.compareAll(t.Context(), whole, &evaluators{topdown: engines.first()}, asked, admissionRequests(1, 1000))
			require.NoError(t, err)
			require.NotEmpty(t, count.open)
			for _, one := range count.open {
				require.Contains(t, one, "report "+rule)
			}
		})
	}
}
