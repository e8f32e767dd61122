package gotest

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	plans "winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/sample"
)

// engines prepares one engine for each configuration and each run.
type engines struct {
	rules    engine.Rules
	prepared map[string]*engine.Engine
}

func topdownEngines(t testing.TB) engines {
	return engines{topdown.Rules(newProduct(t).compiler), map[string]*engine.Engine{}}
}

func planEngines(t testing.TB) engines {
	return engines{planRules(t), map[string]*engine.Engine{}}
}

// planRules gives the rules as the plan that the program is built with.
func planRules(t testing.TB) engine.Rules {
	t.Helper()
	made, err := plans.Plan()
	require.NoError(t, err)
	return engine.Planned(made)
}

// today decides which exceptions of samples have expired.
var today = time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)

func (e engines) of(t testing.TB, one sample.Sample) *engine.Engine {
	t.Helper()
	config, err := json.Marshal(one.Config)
	require.NoError(t, err)
	key := one.Run + " " + string(config)
	if e.prepared[key] == nil {
		e.prepared[key], err = engine.Prepare(t.Context(), e.rules, one.Data(), today)
		require.NoError(t, err)
	}
	return e.prepared[key]
}

// pair are the two evaluators with the same rules and the same data.
type pair struct{ topdown, plan *engine.Engine }

// agree gives how many findings both report about an input. They must be the same, byte for byte.
func (p pair) agree(t testing.TB, input any) int {
	t.Helper()
	wanted, err := p.topdown.Judge(t.Context(), input)
	require.NoError(t, err)
	got, err := p.plan.Judge(t.Context(), input)
	require.NoError(t, err)
	wantedText, err := json.Marshal(wanted)
	require.NoError(t, err)
	gotText, err := json.Marshal(got)
	require.NoError(t, err)
	if string(wantedText) != string(gotText) {
		text, _ := json.Marshal(input)
		require.Equal(t, string(wantedText), string(gotText), "%s", text)
	}
	return len(wanted.Findings) + len(wanted.Excepted) + len(wanted.Unverified)
}

// Every sample, in every form in which an object reaches the rules, and with every operation.
func TestPlan_ReportsWhatTopdownReportsAboutSamples(t *testing.T) {
	t.Parallel()
	topdown, planned, found := topdownEngines(t), planEngines(t), 0
	var previous any
	for _, one := range readSamples(t) {
		both := pair{topdown.of(t, one), planned.of(t, one)}
		for _, input := range everyInput(one, previous) {
			found += both.agree(t, input)
		}
		previous = one.Object.Value
	}
	require.Greater(t, found, 3000, "most samples have findings")
}

// everyInput gives a sample as it is, in a list, and in requests: CREATE, UPDATE of itself and of another object, of a
// subresource, DELETE, and as Gatekeeper hands them over.
func everyInput(one sample.Sample, previous any) []any {
	inputs := []any{one.Object.Value, []any{one.Object.Value}}
	if one.IsReview() {
		return inputs
	}
	request := func(operation, subresource string, old any) map[string]any {
		review := reviewOf(one)
		fields, _ := review["request"].(map[string]any)
		fields["operation"], fields["oldObject"] = operation, old
		if subresource != "" {
			fields["subResource"] = subresource
		}
		return review
	}
	object := one.Object.Value
	inputs = append(inputs, request("UPDATE", "", object), request("UPDATE", "ephemeralcontainers", previous), request("DELETE", "", object))
	for _, review := range []map[string]any{request("CREATE", "", nil), request("UPDATE", "", previous)} {
		inputs = append(inputs, review, map[string]any{"review": review["request"], "parameters": map[string]any(one.Config)})
	}
	return inputs
}

// Random objects: those of samples that take some fields from other samples and lose some of their own.
func TestPlan_ReportsWhatTopdownReportsAboutCrossings(t *testing.T) {
	t.Parallel()
	const crossings = 2 // of each sample
	topdown, planned, random, found := topdownEngines(t), planEngines(t), rand.New(rand.NewPCG(1, 1)), 0
	samples := readSamples(t)
	var fields []field
	for _, one := range samples {
		fields = append(fields, fieldsOf(one.Object.Value["spec"], nil)...)
	}
	for _, one := range samples {
		own := fieldsOf(one.Object.Value["spec"], nil)
		if one.IsReview() || len(own) == 0 {
			continue
		}
		previous := any(one.Object.Value)
		for range crossings {
			crossed := copied(t, one.Object.Value)
			crossed["spec"] = removed(crossed["spec"], own[random.IntN(len(own))].path)
			for range 1 + random.IntN(3) {
				taken := fields[random.IntN(len(fields))]
				crossed["spec"] = placed(crossed["spec"], taken.path, taken.value)
			}
			both := pair{topdown.of(t, one), planned.of(t, one)}
			found += both.agree(t, crossed)
			found += both.agree(t, map[string]any{"kind": "AdmissionReview", "request": map[string]any{
				"operation": "UPDATE", "object": crossed, "oldObject": previous, "namespace": "default",
			}})
			previous = crossed
		}
	}
	require.Greater(t, found, len(samples)*crossings, "most objects have findings")
}

// What the program is built with is what policies/ and bundle/ give today, planned by the OPA that go.mod names.
func TestCompiled_IsWhatThePoliciesGive(t *testing.T) {
	modules := newProduct(t).modules
	wanted, err := plans.FactsOf(modules)
	require.NoError(t, err)
	got, err := plans.Read()
	require.NoError(t, err)
	wantedText, err := json.Marshal(wanted)
	require.NoError(t, err)
	gotText, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, string(wantedText), string(gotText), "run `make generate`")
	_, err = plans.Plan()
	require.NoError(t, err, "run `make generate`")
}
