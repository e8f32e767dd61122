package gotest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/stretchr/testify/require"

	plans "winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/gatekeeper"
)

type (
	object = map[string]any
	list   = []any
)

// steps counts the expressions that OPA begins to evaluate. OPA asks before each whether it is to stop. Unlike time, the number
// is the same on every machine.
type steps int

// Cancel is what OPA calls to stop; no test does.
func (s *steps) Cancel() {}

// Cancelled counts.
func (s *steps) Cancelled() bool {
	*s++
	return false
}

// counter counts what an evaluator does to judge a pod.
type counter struct {
	items   int // of each list; topdown is slower than the plan
	perItem int // the most that an item may take
	count   func(t *testing.T, pod ast.Value) int
}

// everyRule is a configuration that turns on all rules.
func everyRule(t *testing.T) engine.Config {
	t.Helper()
	enabled := object{}
	for _, rule := range loadRules(t) {
		enabled[rule.ID] = object{"enabled": true}
	}
	return engine.Config{"platform": "generic", "rules": enabled}
}

func counted(t *testing.T, query opa.PreparedEvalQuery, input ast.Value) int {
	t.Helper()
	var done steps
	results, err := query.Eval(t.Context(), opa.EvalParsedInput(input), opa.EvalExternalCancel(&done))
	require.NoError(t, err)
	require.Len(t, results, 1)
	return int(done)
}

func counters(t *testing.T) map[string]counter {
	t.Helper()
	known := engine.Data{Config: everyRule(t)}
	report := newProduct(t).prepare(t, "data.winpolicy.report", known).PreparedEvalQuery
	made, err := plans.Plan()
	require.NoError(t, err)
	value, err := known.Value()
	require.NoError(t, err)
	data := ast.NewTerm(value)
	template := preparedTemplate(t, "k8swindowsworkloads")
	parameters := ast.NewTerm(ast.MustInterfaceToValue(map[string]any(known.Config)))
	return map[string]counter{
		"topdown": {500, 700, func(t *testing.T, pod ast.Value) int { return counted(t, report, pod) }},
		"plan": {3000, 300, func(t *testing.T, pod ast.Value) int {
			work, err := made.Work(t.Context(), ast.NewTerm(pod), data, time.Now())
			require.NoError(t, err)
			return work
		}},
		"the template": {500, 600, func(t *testing.T, pod ast.Value) int {
			review := ast.NewObject([2]*ast.Term{ast.StringTerm("object"), ast.NewTerm(pod)}, [2]*ast.Term{ast.StringTerm("operation"), ast.StringTerm("CREATE")})
			input := ast.NewObject([2]*ast.Term{ast.StringTerm("review"), ast.NewTerm(review)}, [2]*ast.Term{ast.StringTerm("parameters"), parameters})
			return counted(t, template, input)
		}},
	}
}

// preparedTemplate compiles the Rego of a template, and asks it as Gatekeeper does.
func preparedTemplate(t *testing.T, name string) opa.PreparedEvalQuery {
	t.Helper()
	all := templatesOf(t, gatekeeper.BySubject)
	index := slices.IndexFunc(all, func(template gatekeeper.Template) bool { return template.Metadata.Name == name })
	require.GreaterOrEqual(t, index, 0)
	source := all[index].Spec.Targets[0].Code[0].Source
	options := []func(*opa.Rego){opa.Query("data." + name + ".violation"), opa.Module("entry.rego", source.Rego)}
	for i, library := range source.Libs {
		options = append(options, opa.Module(fmt.Sprintf("library%d.rego", i), library))
	}
	prepared, err := opa.New(options...).PrepareForEval(t.Context())
	require.NoError(t, err)
	return prepared
}

// A pod of 3,000 of anything is small enough for the API server. If a rule compares each item with all others, its review
// takes longer than Gatekeeper's webhook waits, and the API server then admits the pod unjudged.
func TestJudgement_GrowsWithTheLengthOfEachList(t *testing.T) {
	for evaluator, by := range counters(t) {
		for name, with := range lists {
			for _, os := range []string{"windows", "linux"} {
				t.Run(name+" of a pod for "+os+" in "+evaluator, func(t *testing.T) {
					t.Parallel()
					half, whole := by.count(t, podOf(with(by.items/2), os)), by.count(t, podOf(with(by.items), os))
					t.Logf("%d steps, %d with half of them", whole, half)
					require.LessOrEqual(t, float64(whole), 2.1*float64(half), "twice as many items need more than twice the steps")
					require.LessOrEqual(t, whole, by.items*by.perItem)
				})
			}
		}
	}
}

// podOf gives a pod with these fields for an OS.
func podOf(spec object, os string) ast.Value {
	if _, ok := spec["containers"]; !ok {
		spec["containers"] = list{container("command", list{"app.exe"})}
	}
	selector, ok := spec["nodeSelector"].(object)
	if !ok {
		selector = object{}
		spec["nodeSelector"] = selector
	}
	selector["kubernetes.io/os"] = os
	return ast.MustInterfaceToValue(object{
		"apiVersion": "v1", "kind": "Pod", "metadata": object{"name": "web", "namespace": "shop"}, "spec": spec,
	})
}
