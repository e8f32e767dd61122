package diagnose_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/compiled"
	"winpolicy/internal/diagnose"
	"winpolicy/internal/engine"
)

var plan = sync.OnceValues(compiled.Plan)

func newDiagnoser(t testing.TB, config engine.Config) *diagnose.Diagnoser {
	t.Helper()
	facts, err := compiled.Read()
	require.NoError(t, err)
	made, err := diagnose.New(diagnose.Options{
		Rules: facts.Rules, Config: config, Help: func(rule string) string { return "help/" + rule },
		Prepare: func(ctx context.Context, data engine.Data) (*engine.Engine, error) {
			made, err := plan()
			if err != nil {
				return nil, err
			}
			return engine.Prepare(ctx, engine.Planned(made), data, time.Time{})
		},
	})
	require.NoError(t, err)
	return made
}

// run diagnoses a text as standard input would bring it.
func run(t testing.TB, config engine.Config, text string) *diagnose.Report {
	t.Helper()
	input, err := diagnose.Read(strings.NewReader(text), "input")
	require.NoError(t, err)
	report, err := newDiagnoser(t, config).Diagnose(t.Context(), input)
	require.NoError(t, err)
	return report
}

var head = regexp.MustCompile(`(?m)^# (first|config): (.*)\n`)

// The samples are what clusters and programs say, in the words of their sources, about objects of our own. Each names in a
// comment the rule that comes first and what speaks for it, and the configuration.
func TestSamples_TheRuleOfTheCauseComesFirst(t *testing.T) {
	files, err := filepath.Glob("testdata/*.*")
	require.NoError(t, err)
	rules := map[string]bool{}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			require.NoError(t, err)
			says := map[string]string{}
			for _, one := range head.FindAllStringSubmatch(string(text), -1) {
				says[one[1]] = one[2]
			}
			var config engine.Config
			require.NoError(t, yaml.Unmarshal([]byte(says["config"]), &config))
			if filepath.Ext(file) == ".txt" {
				text = regexp.MustCompile(`(?m)\A(# .*\n)+`).ReplaceAll(text, nil)
			}
			report := run(t, config, string(text))
			require.Empty(t, report.Errors)
			got := "nothing"
			if len(report.Subjects) > 0 {
				first := report.Subjects[0].Causes[0]
				got = first.Rule + " " + string(first.Basis)
				rules[first.Rule] = true
			}
			var shown bytes.Buffer
			require.NoError(t, report.Text(&shown))
			require.Equal(t, says["first"], got, shown.String())
			require.LessOrEqual(t, len(report.Subjects)+len(report.Unexplained), 1, shown.String())
		})
	}
	require.GreaterOrEqual(t, len(rules), 20, "the samples lead to many rules")
}
