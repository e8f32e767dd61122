package plan_test

import (
	"context"
	"fmt"
	"io/fs"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/test/cases"
	"github.com/open-policy-agent/opa/v1/test/cases/testdata"
	"github.com/open-policy-agent/opa/v1/types"
	"github.com/open-policy-agent/opa/v1/util"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/plan"
	"winpolicy/internal/planner"
)

// excepted are cases that an evaluator of plans does not pass, with the reason. OPA excepts both for its own evaluator of
// plans too.
var excepted = map[string]string{
	"data/toplevel integer": "stored data has only text keys, and data[2] finds the key \"2\"",
	"data/nested integer":   "stored data has only text keys, and data[2] finds the key \"2\"",
}

// fewest is how many cases of OPA there are at least, so that the test cannot pass over nothing.
const fewest = 2400

// OPA's own cases: each is planned, encoded, loaded and evaluated. It gives what OPA wants, and changes nothing.
func TestPlan_PassesOPAsCases(t *testing.T) {
	opa.RegisterBuiltin1(&opa.Function{Name: "test.sleep", Decl: types.NewFunction(types.Args(types.S), types.NewNull())},
		func(_ opa.BuiltinContext, operand *ast.Term) (*ast.Term, error) {
			text, _ := operand.Value.(ast.String)
			pause, err := time.ParseDuration(string(text))
			time.Sleep(pause)
			return ast.NullTerm(), err
		})
	all := conformanceCases(t)
	require.GreaterOrEqual(t, len(all), fewest)
	failed := map[string]string{}
	for _, one := range all {
		for name, value := range one.Env {
			t.Setenv(name, value)
		}
		if reason := judgeCase(t, one); reason != "" {
			failed[one.Note] = reason
		}
	}
	for note := range excepted {
		require.Contains(t, failed, note, "the case passes: remove it from the exceptions")
		delete(failed, note)
	}
	require.Empty(t, failed)
}

func conformanceCases(t *testing.T) []cases.TestCase {
	t.Helper()
	var all cases.Set
	err := fs.WalkDir(testdata.V1, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(testdata.V1, path)
		require.NoError(t, err)
		var one cases.Set
		require.NoError(t, util.Unmarshal(text, &one), path)
		all.Cases = append(all.Cases, one.Cases...)
		return nil
	})
	require.NoError(t, err)
	return all.Sorted().Cases
}

// judgeCase gives why a case fails, or "".
func judgeCase(t *testing.T, one cases.TestCase) string {
	t.Helper()
	made, err := planCase(t.Context(), one)
	if err != nil {
		return "it cannot be planned: " + err.Error()
	}
	var input *ast.Term
	switch {
	case one.InputTerm != nil:
		input = ast.MustParseTerm(*one.InputTerm)
	case one.Input != nil:
		input = ast.NewTerm(ast.MustInterfaceToValue(*one.Input))
	}
	data := ast.ObjectTerm()
	if one.Data != nil {
		data = ast.NewTerm(ast.MustInterfaceToValue(*one.Data))
	}
	before := fmt.Sprint(input, data)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var got []*ast.Term
	for range 2 { // the second time with what the first one kept
		got, err = made.Eval(ctx, input, data, time.Now())
		if fmt.Sprint(input, data) != before {
			return "input or data changed"
		}
	}
	if one.WantResult == nil && (one.WantError != nil || one.WantErrorCode != nil) {
		return judgeError(one, got, err)
	}
	if err != nil {
		return "it fails: " + err.Error()
	}
	if one.WantResult == nil {
		if (len(got) > 0) != *one.WantDefined {
			return fmt.Sprint("it gives ", got)
		}
		return ""
	}
	wanted := ast.NewSet()
	for _, bindings := range *one.WantResult {
		wanted.Add(ast.NewTerm(ast.MustInterfaceToValue(bindings)))
	}
	if found, err := results(one, got); err != nil || wanted.Compare(found) != 0 {
		return fmt.Sprintf("it gives %v instead of %v (%v)", found, wanted, err)
	}
	return ""
}

func planCase(ctx context.Context, one cases.TestCase) (*plan.Plan, error) {
	options := []func(*opa.Rego){
		opa.SetRegoVersion(ast.RegoV1),
		opa.Capabilities(ast.CapabilitiesForThisVersion(ast.CapabilitiesExperimentalKeywords(one.ExperimentalKeywords))),
	}
	for i, module := range one.Modules {
		options = append(options, opa.Module(fmt.Sprintf("module-%d.rego", i), module))
	}
	policy, err := planner.Query(ctx, nil, one.Query, options...)
	if err != nil {
		return nil, err
	}
	encoded, err := plan.Encode(policy)
	if err != nil {
		return nil, err
	}
	return plan.Load(string(encoded))
}

// judgeError judges a case that wants an error. An error of a builtin makes an expression undefined unless OPA is strict,
// and a plan knows no strict mode.
func judgeError(one cases.TestCase, got []*ast.Term, err error) string {
	switch {
	case one.StrictError:
		found, resultErr := results(one, got)
		if err != nil || resultErr != nil || found.Len() > 0 {
			return fmt.Sprint("it gives ", found, " instead of nothing: ", err, resultErr)
		}
	case err == nil:
		return fmt.Sprint("it gives ", got, " instead of an error")
	case one.WantErrorCode != nil && !strings.Contains(err.Error(), *one.WantErrorCode),
		one.WantError != nil && !strings.Contains(err.Error(), *one.WantError):
		return "it fails otherwise: " + err.Error()
	}
	return ""
}

// results gives the bindings as OPA's own runner does. A name that begins with ^ stands for an expression that must hold.
func results(one cases.TestCase, got []*ast.Term) (ast.Set, error) {
	all := ast.NewSet()
	for _, bindings := range got {
		object, ok := bindings.Value.(ast.Object)
		if !ok {
			return nil, fmt.Errorf("the result %v is no object", bindings)
		}
		kept, holds := ast.NewObject(), true
		err := object.Iter(func(key, term *ast.Term) error {
			name, _ := key.Value.(ast.String)
			if strings.HasPrefix(string(name), "^") {
				holds = holds && term.Value.Compare(ast.Boolean(false)) != 0
				return nil
			}
			value, err := ast.JSON(term.Value)
			if list, ok := value.([]any); ok && one.SortBindings {
				sort.Slice(list, func(i, j int) bool { return util.Compare(list[i], list[j]) < 0 })
			}
			if err == nil && (!one.IgnoreGeneratedVars || !strings.HasPrefix(string(name), "__localq")) {
				kept.Insert(key, ast.NewTerm(ast.MustInterfaceToValue(value)))
			}
			return err
		})
		if err != nil {
			return nil, err
		}
		if holds {
			all.Add(ast.NewTerm(kept))
		}
	}
	return all, nil
}
