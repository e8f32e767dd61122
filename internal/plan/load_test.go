package plan_test

import (
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/plan"
	"winpolicy/internal/planner"
)

// foreign is a statement of a later OPA.
type foreign struct{ ir.Location }

func TestEncode_RefusesWhatItDoesNotKnow(t *testing.T) {
	for name, one := range map[string]struct {
		stmt   ir.Stmt
		wanted string
	}{
		"statement":        {&foreign{}, "function main: the statement *plan_test.foreign is unknown"},
		"statement inside": {inner(&foreign{}), "function main: the statement *plan_test.foreign is unknown"},
		"builtin":          {&ir.CallStmt{Func: "later.builtin", Result: 2}, "function main: the builtin later.builtin is unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := byHand(t, nil, one.stmt)
			require.EqualError(t, err, one.wanted)
		})
	}
	_, err := plan.Encode(&ir.Policy{Plans: &ir.Plans{}})
	require.EqualError(t, err, "the policy does not have exactly one plan")
}

// encoded is a small plan as bytes.
func encoded(t testing.TB) []byte {
	t.Helper()
	policy, err := planner.Query(t.Context(), nil, "x = {\"k\": [1, {2}, null, true, input.a]}; startswith(input.b, \"a\")")
	require.NoError(t, err)
	text, err := plan.Encode(policy)
	require.NoError(t, err)
	return text
}

func TestEncode_GivesTheSameBytesAgain(t *testing.T) {
	first, second := encoded(t), encoded(t)
	require.Equal(t, first, second)
}

func TestLoad_RefusesWhatIsNoPlan(t *testing.T) {
	text := string(encoded(t))
	for name, one := range map[string]struct{ text, wanted string }{
		"empty":           {"", "load the plan: it is not a plan of this version of winpolicy"},
		"another format":  {strings.Replace(text, "plan 1", "plan 2", 1), "load the plan: it is not a plan of this version of winpolicy"},
		"cut":             {text[:len(text)-1], "load the plan: the plan is incomplete"},
		"more text":       {text + "x", "load the plan: text follows the plan"},
		"unknown builtin": {strings.Replace(text, "startswith", "startsWITH", 1), "load the plan: the builtin startsWITH is unknown"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := plan.Load(one.text)
			require.EqualError(t, err, one.wanted)
		})
	}
}

// Each byte of a plan is replaced in turn. Load refuses the plan, or it can be evaluated.
func TestLoad_LeavesNothingToPanicAbout(t *testing.T) {
	text := encoded(t)
	unknown := false
	for at := range text {
		for _, other := range []byte{0, 1, 2, 29, 31, 64, 127, 255} {
			changed := append([]byte(nil), text...)
			changed[at] = other
			unknown = tryPlan(t, string(changed)) || unknown
		}
	}
	require.True(t, unknown, "no change made a statement that is unknown")
}

// tryPlan loads and evaluates a plan. It tells whether the plan is refused because of an unknown statement.
func tryPlan(t testing.TB, text string) bool {
	t.Helper()
	made, err := plan.Load(text)
	if err != nil {
		return strings.Contains(err.Error(), "unknown statement")
	}
	_, err = made.Eval(t.Context(), ast.MustParseTerm(`{"a": [1], "b": "ab"}`), ast.ObjectTerm(), time.Now())
	if err != nil {
		require.NotContains(t, err.Error(), "internal error", "%q", text)
	}
	return false
}

func FuzzLoad(f *testing.F) {
	f.Add(string(encoded(f)))
	f.Fuzz(func(t *testing.T, text string) { tryPlan(t, text) })
}
