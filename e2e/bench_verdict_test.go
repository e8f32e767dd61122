package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
)

// In each turn an object is judged so often by winpolicy, and read and validated so often by the API server's code.
const turns, perTurn = 10, 200

// BenchmarkVerdict compares the verdict on one object, without a process around it, with what the API server's own code takes
// to decode, default and validate the object, and with the decision of the bundle in OPA. The API server has no time for an
// object that it does not know or that it refuses.
func BenchmarkVerdict(b *testing.B) {
	planned, err := compiled.Plan()
	require.NoError(b, err)
	rules, err := engine.Prepare(b.Context(), engine.Planned(planned), engine.Data{Config: engine.Config{"platform": "generic"}}, time.Time{})
	require.NoError(b, err)
	policy := filepath.Join(b.TempDir(), "policy")
	run(b, ".", winpolicy(b), "bundle", "--platform", "generic", "--dir", policy)
	server := startOracle(b)
	fmt.Println("| object | winpolicy µs | the API server µs | winpolicy, of the API server | the bundle in OPA µs | allocations in OPA |")
	for _, one := range []struct {
		file   string
		served bool
	}{{"configmap", false}, {"linux-pod", true}, {"windows-pod", true}, {"windows-pod-with-findings", false}} {
		path, err := filepath.Abs(filepath.Join("../gotest/testdata/cost", one.file+".json"))
		require.NoError(b, err)
		text, err := os.ReadFile(path)
		require.NoError(b, err)
		var mine, theirs []time.Duration
		for range turns {
			mine = append(mine, judged(b, rules, text)...)
			if one.served {
				theirs = append(theirs, server.cost(b, text)...)
			}
		}
		ratio := "—"
		if one.served {
			ratio = fmt.Sprintf("%.2f (%.2f)", micros(middle(mine))/micros(middle(theirs)), micros(slices.Min(mine))/micros(slices.Min(theirs)))
		}
		median, least, allocations := decision(b, policy, path)
		fmt.Printf("| %s | %s | %s | %s | %.0f (%.0f) | %d |\n", one.file, inMicros(mine), inMicros(theirs), ratio, median, least, allocations)
	}
}

// judged returns the time of each verdict on an object that was read before.
func judged(b *testing.B, rules *engine.Engine, text []byte) []time.Duration {
	b.Helper()
	var value map[string]any
	require.NoError(b, json.Unmarshal(text, &value))
	input, err := manifest.Object{Value: value}.Input()
	require.NoError(b, err)
	var all []time.Duration
	for range perTurn {
		start := time.Now()
		_, err := rules.Judge(b.Context(), input.Value)
		all = append(all, time.Since(start))
		require.NoError(b, err)
	}
	return all
}

// oracle is the API server's own code.
type oracle struct {
	ask    *json.Encoder
	answer *json.Decoder
}

func startOracle(b *testing.B) oracle {
	b.Helper()
	path := filepath.Join(dist(b), "tools", "oracle")
	build(b, "oracle", path, ".")
	command := exec.CommandContext(context.WithoutCancel(b.Context()), path) // the cleanup ends it
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	require.NoError(b, err)
	output, err := command.StdoutPipe()
	require.NoError(b, err)
	require.NoError(b, command.Start())
	b.Cleanup(func() {
		require.NoError(b, input.Close())
		require.NoError(b, command.Wait())
	})
	return oracle{json.NewEncoder(input), json.NewDecoder(output)}
}

// cost returns the time of each round in which the object is decoded, defaulted and validated.
func (o oracle) cost(b *testing.B, text []byte) []time.Duration {
	b.Helper()
	require.NoError(b, o.ask.Encode(map[string]any{"cost": map[string]any{"object": json.RawMessage(text), "rounds": perTurn}}))
	var answer struct{ Nanoseconds []time.Duration }
	require.NoError(b, o.answer.Decode(&answer))
	require.Len(b, answer.Nanoseconds, perTurn)
	return answer.Nanoseconds
}

// decision returns the microseconds, median and least, and the allocations of one decision of a bundle.
func decision(b *testing.B, policy, input string) (median, least float64, allocations int) {
	b.Helper()
	output, err := exec.CommandContext(b.Context(), tool(b, "opa"), "bench", "--format", "json", "-b", policy, "-i", input, "data.winpolicy.report").Output()
	require.NoError(b, err)
	var result struct {
		N, MemAllocs int
		Extra        map[string]float64
	}
	require.NoError(b, json.Unmarshal(output, &result))
	const took = "histogram_timer_rego_query_eval_ns_"
	require.Contains(b, result.Extra, took+"median")
	return result.Extra[took+"median"] / 1000, result.Extra[took+"min"] / 1000, result.MemAllocs / result.N
}

// inMicros formats the median, and the least in brackets.
func inMicros(all []time.Duration) string {
	if len(all) == 0 {
		return "—"
	}
	return fmt.Sprintf("%.0f (%.0f)", micros(middle(all)), micros(slices.Min(all)))
}

func micros(one time.Duration) float64 { return float64(one) / float64(time.Microsecond) }

func middle(all []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
