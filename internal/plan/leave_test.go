package plan_test

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/plan"
)

// byHand makes a plan of statements that end with the result of local 2.
func byHand(t testing.TB, funcs []*ir.Func, stmts ...ir.Stmt) (*plan.Plan, error) {
	t.Helper()
	object := []ir.Stmt{
		&ir.MakeObjectStmt{Target: 99},
		&ir.ObjectInsertStmt{Key: ir.Operand{Value: ir.StringIndex(0)}, Value: ir.Operand{Value: ir.Local(2)}, Object: 99},
		&ir.ResultSetAddStmt{Value: 99},
	}
	policy := &ir.Policy{
		Static: &ir.Static{Strings: []*ir.StringConst{{Value: "x"}, {Value: "g0"}, {Value: "f"}}},
		Funcs:  &ir.Funcs{Funcs: funcs},
		Plans:  &ir.Plans{Plans: []*ir.Plan{{Name: "main", Blocks: []*ir.Block{{Stmts: stmts}, {Stmts: object}}}}},
	}
	encoded, err := plan.Encode(policy)
	if err != nil {
		return nil, err
	}
	return plan.Load(string(encoded))
}

func number(n int64, to ir.Local) ir.Stmt { return &ir.MakeNumberIntStmt{Value: n, Target: to} }

func blockOf(stmts ...ir.Stmt) *ir.Block { return &ir.Block{Stmts: stmts} }

func inner(stmts ...ir.Stmt) ir.Stmt { return &ir.BlockStmt{Blocks: []*ir.Block{blockOf(stmts...)}} }

// A break leaves as many blocks as it says, through every statement that holds a block. Each case assigns the number of
// blocks that were left to local 2, in the blocks around the break.
func TestPlan_LeavesAsManyBlocksAsABreakSays(t *testing.T) {
	scanOf := func(n uint32) ir.Stmt {
		return &ir.ScanStmt{Source: 3, Key: 4, Value: 5, Block: blockOf(number(9, 6), &ir.BreakStmt{Index: n})}
	}
	notOf := func(n uint32) ir.Stmt { return &ir.NotStmt{Block: blockOf(number(9, 6), &ir.BreakStmt{Index: n})} }
	withOf := func(n uint32) ir.Stmt {
		return &ir.WithStmt{Local: ir.Input, Value: ir.Operand{Value: ir.Bool(true)}, Block: blockOf(number(9, 6), &ir.BreakStmt{Index: n})}
	}
	for name, one := range map[string]struct {
		stmt   ir.Stmt
		wanted string
	}{
		"scan goes on":        {scanOf(0), "1"},
		"scan ends":           {scanOf(1), "1"},
		"scan and its block":  {scanOf(2), "2"},
		"scan and two blocks": {scanOf(3), "3"},
		"block ends":          {inner(&ir.BreakStmt{Index: 0}), "1"},
		"block and its block": {inner(&ir.BreakStmt{Index: 1}), "2"},
		"not goes on":         {notOf(0), "1"},
		"not and its block":   {notOf(1), "2"},
		"not and two blocks":  {notOf(2), "3"},
		"with is undefined":   {withOf(0), "2"},
		"with and one block":  {withOf(1), "2"},
		"with and two blocks": {withOf(2), "3"},
	} {
		t.Run(name, func(t *testing.T) {
			// 2 := 3; { 2 := 2; { stmt; 2 := 1 } ; break 1 if 1 … }: what is reached last before leaving says how far.
			made, err := byHand(t, nil,
				&ir.AssignVarStmt{Source: ir.Operand{Value: ir.Local(ir.Input)}, Target: 3},
				inner(
					number(4, 2), &ir.ResetLocalStmt{Target: 2},
					inner(
						inner(one.stmt, number(1, 7), &ir.AssignVarStmt{Source: ir.Operand{Value: ir.Local(7)}, Target: 2}, &ir.BreakStmt{Index: 2}),
						number(2, 8), &ir.AssignVarStmt{Source: ir.Operand{Value: ir.Local(8)}, Target: 2}, &ir.BreakStmt{Index: 1},
					),
					number(3, 9), &ir.AssignVarStmt{Source: ir.Operand{Value: ir.Local(9)}, Target: 2},
				),
			)
			require.NoError(t, err)
			require.Equal(t, one.wanted, evaluated(t.Context(), made, ast.MustParseTerm("[1]"), nil))
		})
	}
}

// A dynamic call whose function has no result leaves the three blocks that the planner puts around it. Without a function
// it goes on with the next block, which looks at stored data.
func TestPlan_LeavesTheBlocksOfADynamicCall(t *testing.T) {
	undefined := &ir.Func{Name: "g0.f", Path: []string{"g0", "f"}, Params: []ir.Local{0, 1}, Return: 2, Blocks: []*ir.Block{
		blockOf(&ir.BreakStmt{Index: 0}), blockOf(&ir.ReturnLocalStmt{Source: 2}),
	}}
	defined := &ir.Func{Name: "g0.f", Path: []string{"g0", "f"}, Params: []ir.Local{0, 1}, Return: 2, Blocks: []*ir.Block{
		blockOf(number(7, 2), &ir.ReturnLocalStmt{Source: 2}),
	}}
	for name, one := range map[string]struct {
		funcs  []*ir.Func
		wanted string
	}{
		"no function":      {nil, "2"},
		"without a result": {[]*ir.Func{undefined}, "5"},
		"with a result":    {[]*ir.Func{defined}, "7"},
	} {
		t.Run(name, func(t *testing.T) {
			leaveAll := &ir.BreakStmt{Index: 9}
			set := func(n int64, by ir.Local) []ir.Stmt {
				return []ir.Stmt{number(n, by), &ir.AssignVarStmt{Source: ir.Operand{Value: by}, Target: 2}, leaveAll}
			}
			call := &ir.CallDynamicStmt{
				Args: []ir.Local{0, 1}, Result: 2,
				Path: []ir.Operand{{Value: ir.StringIndex(1)}, {Value: ir.StringIndex(2)}},
			}
			stmts := []ir.Stmt{&ir.BlockStmt{Blocks: []*ir.Block{
				blockOf(call, leaveAll),
				blockOf(set(2, 10)...),
			}}}
			for i := range 4 {
				stmts = append([]ir.Stmt{inner(stmts...)}, set(int64(3+i), ir.Local(11+i))...)
			}
			made, err := byHand(t, one.funcs, inner(stmts...))
			require.NoError(t, err)
			require.Equal(t, one.wanted, evaluated(t.Context(), made, ast.ObjectTerm(), nil))
		})
	}
}

// The planner asks only for what is defined. A comparison of an undefined local is not a reason to fail.
func TestPlan_ComparesUndefinedLocals(t *testing.T) {
	undefined, one, result := ir.Operand{Value: ir.Local(7)}, ir.Operand{Value: ir.Local(3)}, number(5, 2)
	for name, tc := range map[string]struct {
		stmt   ir.Stmt
		wanted string
	}{
		"undefined and a number differ":    {&ir.NotEqualStmt{A: undefined, B: one}, "5"},
		"a number and undefined differ":    {&ir.NotEqualStmt{A: one, B: undefined}, "5"},
		"undefined and a number are equal": {&ir.EqualStmt{A: undefined, B: one}, "undefined"},
		"undefined differs from itself":    {&ir.NotEqualStmt{A: undefined, B: undefined}, "undefined"},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := byHand(t, nil, &ir.AssignVarStmt{Source: ir.Operand{Value: ir.Local(ir.Input)}, Target: 3}, &ir.ResetLocalStmt{Target: 7}, tc.stmt, result)
			require.NoError(t, err)
			got := evaluated(t.Context(), made, ast.MustParseTerm("1"), nil)
			require.Equal(t, tc.wanted, got)
		})
	}
}
