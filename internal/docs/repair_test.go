package docs

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
	"winpolicy/internal/sample"
)

const source = `# What it shows.
kind: Pod
apiVersion: v1
metadata: {name: denied-a}
spec: # want: deny a
  os: {name: windows}
  list:
    - b: 1
      a: "1"
  wrong: true
`

func TestRepair_KeepsOrderAndStyleOfTheSample(t *testing.T) {
	samples, err := sample.Read(fstest.MapFS{"a.yaml": {Data: []byte(source)}})
	require.NoError(t, err)
	fix := []finding.Operation{
		{Op: "test", Path: "/spec/wrong", Value: true},
		{Op: "remove", Path: "/spec/wrong"},
		{Op: "add", Path: "/spec/new", Value: map[string]any{"z": "NoSchedule"}},
		{Op: "add", Path: "/spec/list/-", Value: map[string]any{"d": "x", "c": true}},
	}
	made, err := repair([]sampled{{finding.Finding{Rule: "a"}, samples[0]}, {finding.Finding{Rule: "a", Fix: fix}, samples[0]}})
	require.NoError(t, err)
	before := strings.NewReplacer("# What it shows.\n", "", " # want: deny a", "").Replace(source)
	require.Equal(t, "denied-a", made.Name)
	require.Equal(t, before, made.Before)
	after := strings.Replace(before, "  wrong: true\n", "    - c: true\n      d: x\n  new:\n    z: NoSchedule\n", 1)
	require.Equal(t, after, made.After)
}

func TestRepair_IsNilWithoutAFix(t *testing.T) {
	made, err := repair([]sampled{{finding.Finding{Rule: "a"}, sample.Sample{}}})
	require.NoError(t, err)
	require.Nil(t, made)
}

func TestRepair_FixThatDoesNotApplyIsAnError(t *testing.T) {
	samples, err := sample.Read(fstest.MapFS{"a.yaml": {Data: []byte(source)}})
	require.NoError(t, err)
	fix := []finding.Operation{{Op: "remove", Path: "/spec/missing"}}
	_, err = repair([]sampled{{finding.Finding{Rule: "a", Fix: fix}, samples[0]}})
	require.ErrorContains(t, err, "a.yaml: denied-a: apply the fix of a")
}
