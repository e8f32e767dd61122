package playground_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/playground"
	"winpolicy/internal/sample"
	"winpolicy/samples"
)

func newJudge(t *testing.T) *playground.Judge {
	t.Helper()
	judge, err := playground.New()
	require.NoError(t, err)
	return judge
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  hostPID: true
  containers:
    - name: web
      image: mcr.microsoft.com/windows/nanoserver:ltsc2022
      resources: {requests: {cpu: 500m, memory: 1Gi}}
`

// found lists the severity, the line and the rule of each finding above note.
func found(answer playground.Answer) []string {
	var all []string
	for _, one := range answer.Report.Violations {
		if one.Severity != "note" {
			all = append(all, string(one.Severity)+" "+one.Rule)
		}
	}
	return all
}

func TestAnswer_ReportsFindingsAtTheirLines(t *testing.T) {
	answer := newJudge(t).Answer(t.Context(), playground.Question{Manifest: pod}, time.Now())
	require.Empty(t, answer.Error)
	require.Equal(t, []string{"deny host-namespaces"}, found(answer))
	require.Equal(t, 7, answer.Report.Violations[0].Line)
	require.Equal(t, 7, answer.Report.Violations[0].Edits[0].Line)
}

func TestAnswer_DependsOnPlatformAndConfiguration(t *testing.T) {
	judge := newJudge(t)
	for name, asked := range map[string]playground.Question{
		"platform":            {Platform: "generic"},
		"configuration":       {Config: "apiVersion: winpolicy/v1alpha1\nplatform: generic\n"},
		"platform over it":    {Platform: "generic", Config: "apiVersion: winpolicy/v1alpha1\nplatform: aks\n"},
		"taints of the nodes": {Config: "apiVersion: winpolicy/v1alpha1\ntaints: [{key: os, value: windows, effect: NoSchedule}]\n"},
	} {
		t.Run(name, func(t *testing.T) {
			asked.Manifest = pod
			require.Contains(t, found(judge.Answer(t.Context(), asked, time.Now())), "warn toleration")
		})
	}
}

func TestAnswer_RepairsWhatHasAFix(t *testing.T) {
	answer := newJudge(t).Answer(t.Context(), playground.Question{Manifest: "# mine\n" + pod, Fix: true}, time.Now())
	require.Empty(t, found(answer))
	require.Equal(t, 1, answer.Fixed)
	require.Equal(t, "# mine\n"+strings.Replace(pod, "  hostPID: true\n", "", 1), answer.Manifest)
}

func TestAnswer_OfWhatCannotBeJudgedIsAnError(t *testing.T) {
	judge := newJudge(t)
	for name, one := range map[string]struct {
		asked playground.Question
		want  string
	}{
		"manifest too large":      {playground.Question{Manifest: strings.Repeat("#", playground.MaxText+1)}, "larger than 256 KiB"},
		"configuration too large": {playground.Question{Config: strings.Repeat("#", playground.MaxText+1)}, "larger than 256 KiB"},
		"unknown platform":        {playground.Question{Platform: "moon"}, "must be one of"},
		"unknown key":             {playground.Question{Config: "apiVersion: winpolicy/v1alpha1\nplatfrom: aks\n"}, "winpolicy.yaml:2"},
	} {
		t.Run(name, func(t *testing.T) {
			answer := judge.Answer(t.Context(), one.asked, time.Now())
			require.Nil(t, answer.Report)
			require.Contains(t, answer.Error, one.want)
		})
	}
	answer := judge.Answer(t.Context(), playground.Question{Manifest: "a: [\n"}, time.Now())
	require.Empty(t, answer.Error)
	require.Len(t, answer.Report.Errors, 1)
}

func TestAnswer_FindsWhatSamplesExpect(t *testing.T) {
	all, err := sample.Read(samples.FS)
	require.NoError(t, err)
	judge, known := newJudge(t), map[playground.Question]playground.Answer{}
	for _, one := range all {
		if one.Given || one.Run != one.File {
			continue // a run of several files is one text for nobody
		}
		t.Run(one.Name, func(t *testing.T) {
			asked, err := playground.Questions(samples.FS, []sample.Sample{one})
			require.NoError(t, err)
			if _, ok := known[asked[0]]; !ok {
				known[asked[0]] = judge.Answer(t.Context(), asked[0], time.Now())
			}
			answer := known[asked[0]]
			require.Empty(t, answer.Error)
			var got []sample.Want
			for _, violation := range answer.Report.Violations {
				if violation.Document == one.Object.Document.Index {
					got = append(got, sample.Want{Line: violation.Line, Severity: violation.Severity, Rule: violation.Rule})
				}
			}
			slices.SortFunc(got, sample.Want.Compare)
			require.Equal(t, one.Wants, got)
		})
	}
}

// The page reads the keys that check's JSON has.
func TestAnswer_IsWrittenAsCheckWritesIt(t *testing.T) {
	judge, err := playground.New()
	require.NoError(t, err)
	text, err := json.Marshal(judge.Answer(t.Context(), playground.Question{
		Manifest: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {os: {name: windows}, nodeSelector: {kubernetes.io/os: windows}, hostPID: true}\n",
	}, time.Now()))
	require.NoError(t, err)
	var answer struct {
		Report map[string]json.RawMessage `json:"report"`
	}
	require.NoError(t, json.Unmarshal(text, &answer))
	for _, key := range []string{"violations", "diagnostics", "errors", "summary"} {
		require.Contains(t, answer.Report, key)
	}
	require.Contains(t, string(answer.Report["violations"]), `"severity":`)
	require.Contains(t, string(answer.Report["violations"]), `"line":`)
	require.Contains(t, string(answer.Report["summary"]), `"objects":`)
}
