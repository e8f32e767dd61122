package plan_test

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/stretchr/testify/require"
)

// An error of a builtin makes a statement undefined, and one that halts ends the evaluation.
func TestPlan_EndsWithAnErrorThatHalts(t *testing.T) {
	call := &ir.CallStmt{Func: "internal.template_string", Args: []ir.Operand{{Value: ir.Local(ir.Input)}}, Result: 2}
	made, err := byHand(t, nil, call)
	require.NoError(t, err)
	require.Equal(t, `"1"`, evaluated(t.Context(), made, ast.MustParseTerm("[1]"), nil))
	require.Contains(t, evaluated(t.Context(), made, ast.MustParseTerm("[[1]]"), nil), "illegal argument type: array")
}

// broken panics when it is read.
type broken struct{ ast.Object }

func TestPlan_GivesAPanicAsAnError(t *testing.T) {
	made := loaded(t, "package t\nout := input.x")
	require.Contains(t, evaluated(t.Context(), made, ast.NewTerm(broken{}), nil), "internal error: ")
	require.Equal(t, "1", evaluated(t.Context(), made, ast.MustParseTerm(`{"x": 1}`), nil), "the next evaluation")
}

// What an evaluation keeps of functions that read the input ends with it.
func TestPlan_KeepsNothingOfTheInputForTheNext(t *testing.T) {
	made := loaded(t, "package t\nf(s) := regex.replace(s, \"a\", input)\nout := f(\"a\")")
	for _, text := range []string{`"b"`, `"c"`} {
		require.Equal(t, text, evaluated(t.Context(), made, ast.MustParseTerm(text), nil))
	}
}
