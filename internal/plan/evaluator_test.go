package plan_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/plan"
	"winpolicy/internal/planner"
)

// result gives what the variable x of a query holds, as text: "undefined", or the error.
func result(found *ast.Term, err error) string {
	switch {
	case err != nil:
		return err.Error()
	case found == nil:
		return "undefined"
	}
	value, err := ast.JSON(found.Value)
	if err != nil {
		return err.Error()
	}
	return ast.MustInterfaceToValue(value).String()
}

// loaded plans a module with the query data.t.out = x.
func loaded(t testing.TB, module string, options ...func(*opa.Rego)) *plan.Plan {
	t.Helper()
	policy, err := planner.Query(t.Context(), nil, "data.t.out = x", append(options, opa.Module("t.rego", module))...)
	require.NoError(t, err)
	encoded, err := plan.Encode(policy)
	require.NoError(t, err)
	made, err := plan.Load(string(encoded))
	require.NoError(t, err)
	return made
}

func evaluated(ctx context.Context, made *plan.Plan, input *ast.Term, data map[string]any) string {
	results, err := made.Eval(ctx, input, ast.NewTerm(ast.MustInterfaceToValue(data)), time.Now())
	if err != nil || len(results) == 0 {
		return result(nil, err)
	}
	bindings, _ := results[0].Value.(ast.Object)
	return result(bindings.Get(ast.StringTerm("x")), nil)
}

// Modules that OPA's cases do not have. topdown says what each gives.
func TestPlan_GivesWhatTopdownGives(t *testing.T) {
	data := map[string]any{"cfg": map[string]any{"a": 1, "b": []any{1, 2}}, "t": map[string]any{"rules": map[string]any{"stored": 7}}}
	for name, one := range map[string]struct{ module, input string }{
		"not equal of undefined":  {"out := [x | some x in [1]; not input.a != false]", "{}"},
		"false of a function":     {"f(_) := false\nout := [x | some x in [1, 2]; f(x) == false]", "{}"},
		"walk deep":               {"out := count([1 | walk(input, _)])", strings.Repeat("[", 900) + strings.Repeat("]", 900)},
		"with function":           {"f(x) := x + 1\ng(_) := 7\nout := [f(1), y] if { y := f(1) with f as g }", "{}"},
		"with builtin":            {"out := [count([1]), y] if { y := count([1]) with count as 9 }", "{}"},
		"with data":               {"r := data.cfg\nout := [r, y] if { y := r with data.cfg.a as 5 with input.z as 3 }", "{}"},
		"with input and memo":     {"p := input.a\nout := [p, q] if { q := p with input as {\"a\": 2} }", `{"a": 1}`},
		"with input and a costly": {"f(s) := regex.replace(s, \"a\", input.b)\nout := [f(\"za\"), w, f(\"za\")] if { w := f(\"za\") with input.b as \"y\" }", `{"b": "x"}`},
		"costly of two strings":   {"f(a, b) := regex.replace(a, \"a\", b)\nout := [f(\"za\", \"1\"), f(\"za\", \"2\"), f(\"zz\", \"2\"), f(\"za\", \"1\")]", "{}"},
		"costly of no string":     {"f(a) := sprintf(\"%v\", [a])\nout := [f(1), f(\"1\"), f([1]), f(1)]", "{}"},
		"costly and undefined":    {"f(a) := true if regex.match(`^x`, a)\nout := [y | some y in [\"x\", \"y\", \"x\", \"y\"]; not f(y)]", "{}"},
		"regex that is wrong":     {"out := x if { x := regex.match(input.re, \"a\") } else := 5", `{"re": "("}`},
		"division by zero":        {"out := [x | some y in [1, 0, 2]; x := 4 / y]", "{}"},
		"ref heads":               {"out.a.b contains x if { some x in input }\nout.a[k] := 1 if { some k in [\"c\", \"d\"] }", "[1, 2]"},
		"general ref head":        {"out[k].x[j] := 1 if { some k in [\"c\", \"d\"]; some j in [1, 2] }", "[1, 2]"},
		"every":                   {"out if { every k, v in input { v > k } }", "[1, 2]"},
		"every that fails":        {"out if { every k, v in input { v > k } }", "[1, 0]"},
		"default function":        {"default f(_) := 3\nf(x) := 1 if x == 1\nout := [f(1), f(2)]", "{}"},
		"big numbers":             {"out := [9007199254740993 + 1, input.n * 3, 0.1 + 0.2, 1e3, input.n == 123456789012345678901234567890]", `{"n": 123456789012345678901234567890}`},
		"numbers as keys":         {"o := {1: \"a\", 1.0: \"b\", \"1\": \"c\"}\nout := [o[1], o[\"1\"], count(o)]", "{}"},
		"undefined argument":      {"f(_, _) := 1\nout := f(input.x, 2)", "{}"},
		"false and null":          {"p := false\nq := null\nout := [p, q, x] if { x := [y | y := [1 | p]] }", "{}"},
		"dynamic call":            {"out := [x | some k in [\"a\", \"b\", \"stored\", \"none\"]; x := data.t.rules[k]]\nrules.a := 1\nrules.b := 2 if input.never", "{}"},
		"else chain":              {"p := 1 if { input.a } else := 2 if { input.b } else := 3\nout := [p, p]", `{"b": true}`},
		"unify patterns":          {"out := [a, b] if { [a, {\"k\": b}, 3] = input }", `[1, {"k": 2}, 3]`},
		"metadata":                {"# METADATA\n# title: r\nout := [rego.metadata.rule(), rego.metadata.chain()]", "{}"},
		"one time":                {"out := time.now_ns() == time.now_ns()", "{}"},
		"literal that grows":      {"s contains \"a\"\ns contains x if { some x in input }\nout := [s, {\"a\"}, [y | some y in s]]", `["b"]`},
		"literal in two bodies":   {"out := [f(1), f(2), f(3)]\nf(1) := {\"k\": [1]}\nf(2) := {\"k\": [2]}\nf(x) := {\"k\": [x]} if x > 2", "{}"},
		"member of each type":     {"out := [1 in input, 1 in [1], 1 in {2}, 1 in {\"a\": 1}, 1 in \"1\"]", "[2]"},
		"object.get of paths":     {"out := [object.get(input, [\"a\", \"b\"], 0), object.get(input, [], 0), object.get(input, \"x\", 0), object.get(input, [\"a\", \"x\"], 0), object.get(input, [\"l\", 1], 0)]", `{"a": {"b": 1}, "l": [1, 2]}`},
		"count of each type":      {"out := [count(\"äb\"), count([1]), count({1}), count({\"a\": 1}), [x | some y in input; x := count(y)]]", `[1, "ab"]`},
		"comparison across types": {"out := [1 < \"a\", null < false, [1] < {1}, 2 >= 2.0, \"a\" != \"b\"]", "{}"},
		"nested sets and objects": {"out := {{1, 2}, {2, 1}, {3}} | {input}", "[1]"},
	} {
		t.Run(name, func(t *testing.T) {
			module := "package t\n" + one.module
			input := ast.MustParseTerm(one.input)
			query, err := opa.New(opa.Query("data.t.out = x"), opa.Module("t.rego", module), opa.Store(inmem.NewFromObject(data))).PrepareForEval(t.Context())
			require.NoError(t, err)
			bindings, err := query.Eval(t.Context(), opa.EvalParsedInput(input.Value))
			require.NoError(t, err)
			wanted := "undefined"
			if len(bindings) > 0 {
				wanted = ast.MustInterfaceToValue(bindings[0].Bindings["x"]).String()
			}
			made := loaded(t, module)
			require.Equal(t, wanted, evaluated(t.Context(), made, input, data))
			require.Equal(t, wanted, evaluated(t.Context(), made, input, data), "the second evaluation, with what the first one kept")
		})
	}
}

func TestPlan_NamesWhatConflicts(t *testing.T) {
	for module, wanted := range map[string]string{
		"out := x if { some x in input }":                               "eval_conflict_error: rule data.t.out produced conflicting values",
		"f(a) := x if { some x in a }\nout := f(input)":                 "eval_conflict_error: function data.t.f produced conflicting values for the same inputs",
		"out[k] := v if { some v in input; k := \"a\" }":                "eval_conflict_error: object keys must be unique",
		"out := {k: v | some v in input; k := \"a\"}":                   "eval_conflict_error: object keys must be unique",
		"out := object.get({}, x, 1) if { some x in input; x / 0 > 1 }": "undefined",
	} {
		require.Equal(t, wanted, evaluated(t.Context(), loaded(t, "package t\n"+module), ast.MustParseTerm("[1, 2]"), nil), module)
	}
}

// OPA erases calls of print by default. A plan that keeps them is not undefined where it prints.
func TestPlan_GoesOnAfterPrint(t *testing.T) {
	made := loaded(t, "package t\nout := x if { print(\"hello\", input.missing); x := 1 }", opa.EnablePrintStatements(true))
	require.Equal(t, "1", evaluated(t.Context(), made, ast.ObjectTerm(), nil))
}

func TestPlan_EndsWithItsContext(t *testing.T) {
	for name, tc := range map[string]struct{ module, few string }{
		"scans":     {"out := count([1 | some a in input; some b in input; some c in input; some d in input; a + b + c + d > 1e9])", "0"},
		"calls":     {callsOf(40) + "out := f0(count(input))", "1"},
		"a builtin": {"out := count(numbers.range(1, count(input) * 5000))", "10000"},
	} {
		t.Run(name, func(t *testing.T) {
			made := loaded(t, "package t\n"+tc.module)
			var many []*ast.Term
			for i := range 1000 {
				many = append(many, ast.InternedTerm(i))
			}
			ctx, cancel := context.WithCancelCause(t.Context())
			time.AfterFunc(10*time.Millisecond, func() { cancel(fmt.Errorf("that is enough")) })
			require.Equal(t, "that is enough", evaluated(ctx, made, ast.ArrayTerm(many...), nil))
			require.Equal(t, tc.few, evaluated(t.Context(), made, ast.ArrayTerm(many[:2]...), nil), "the next evaluation")
		})
	}
}

// callsOf gives functions of which each calls the next one twice if its argument is large. None of them scans.
func callsOf(n int) string {
	var module strings.Builder
	for i := range n {
		fmt.Fprintf(&module, "f%d(x) := 1 if x < 10 else := f%d(x + 1) + f%d(x + 2)\n", i, i+1, i+1)
	}
	fmt.Fprintf(&module, "f%d(_) := 1\n", n)
	return module.String()
}

func TestPlan_IsSafeForConcurrentUse(t *testing.T) {
	made := loaded(t, "package t\nf(s) := regex.replace(s, \"a\", \"b\")\nout := [f(x) | some x in input]")
	var wait sync.WaitGroup
	for i := range 8 {
		wait.Go(func() {
			for j := range 50 {
				text := fmt.Sprintf("a%d", i*j)
				if got := evaluated(t.Context(), made, ast.ArrayTerm(ast.StringTerm(text)), nil); got != fmt.Sprintf(`["b%d"]`, i*j) {
					t.Errorf("%s gives %s", text, got)
				}
			}
		})
	}
	wait.Wait()
}
