package plan

import (
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/version"
)

// translate makes a program of a planned policy. An error names what the evaluator does not know.
func translate(policy *ir.Policy) (program, error) {
	if policy == nil || policy.Plans == nil || len(policy.Plans.Plans) != 1 {
		return program{}, errors.New("the policy does not have exactly one plan")
	}
	t := &translator{indexes: map[string]int{}, builtins: map[string]int{}, functions: map[string]int{}}
	t.made.opa = version.Version
	if policy.Static != nil {
		t.literals.strings = policy.Static.Strings
	}
	var funcs []*ir.Func
	if policy.Funcs != nil {
		funcs = policy.Funcs.Funcs
	}
	for i, fn := range funcs {
		t.functions[fn.Name] = i
	}
	kept, err := keepingOf(funcs)
	if err != nil {
		return program{}, err
	}
	plan := policy.Plans.Plans[0]
	funcs = append(funcs, &ir.Func{Name: plan.Name, Params: []ir.Local{ir.Input, ir.Data}, Blocks: plan.Blocks})
	for _, fn := range funcs {
		if err := t.function(fn, kept[fn.Name]); err != nil {
			return program{}, fmt.Errorf("function %s: %w", fn.Name, err)
		}
	}
	return t.made, nil
}

// translator builds a program.
type translator struct {
	made      program
	literals  literals
	functions map[string]int
	builtins  map[string]int
	indexes   map[string]int // of constants, by their text

	// Of the current function:
	name   string
	params int
	slots  map[ir.Local]int
	folded folded
}

func (t *translator) function(fn *ir.Func, kept keeping) error {
	t.name, t.params, t.slots = fn.Name, len(fn.Params), map[ir.Local]int{}
	for _, param := range fn.Params {
		t.slot(param)
	}
	between, err := flowOf(fn.Blocks)
	if err != nil {
		return err
	}
	made := function{name: fn.Name, path: fn.Path, params: len(fn.Params), keep: kept}
	t.folded = fold(fn.Blocks, between, t.literals)
	for _, block := range fn.Blocks {
		statements, err := t.block(block)
		if err != nil {
			return err
		}
		made.blocks = append(made.blocks, statements)
	}
	made.slots = len(t.slots)
	t.made.functions = append(t.made.functions, made)
	return nil
}

func (t *translator) block(block *ir.Block) ([]statement, error) {
	var made []statement
	for _, stmt := range block.Stmts {
		if t.folded.drop[stmt] {
			continue
		}
		one, err := t.statement(stmt)
		if err != nil {
			return nil, err
		}
		made = append(made, one)
	}
	return made, nil
}

func (t *translator) statement(stmt ir.Stmt) (statement, error) {
	s, err := shapeOf(stmt)
	if err != nil {
		return statement{}, err
	}
	if values, ok := t.folded.lists[stmt]; ok {
		s.op, s.reads = opArray, values
	}
	made := statement{op: s.op, n: s.n}
	for _, local := range append(s.writes, s.changes...) {
		made.to = t.slot(local)
		break
	}
	for _, read := range s.reads {
		made.operands = append(made.operands, t.operand(stmt, read))
	}
	for _, block := range s.blocks {
		inner, err := t.block(block)
		if err != nil {
			return statement{}, err
		}
		made.blocks = append(made.blocks, inner)
	}
	return made, t.complete(&made, stmt, s)
}

// complete adds what only some statements have.
func (t *translator) complete(made *statement, stmt ir.Stmt, s shape) error {
	switch s.op {
	case opCall:
		return t.callee(made, s.callee)
	case opScan:
		made.n = t.slot(s.writes[1])
	case opAssign:
		if value, ok := t.literals.made(stmt); ok {
			made.operands = []operand{t.constant(value)}
		}
	case opAssignOnce:
		made.operands = made.operands[:1]
		made.n = int(^t.constant(ast.String(conflict(t.name, t.params))))
	case opWith:
		with, _ := stmt.(*ir.WithStmt)
		made.to, made.operands = t.slot(with.Local), made.operands[:1]
		for _, part := range with.Path {
			made.operands = append(made.operands, t.constant(ast.String(t.literals.strings[part].Value)))
		}
	}
	return nil
}

// callee finds the function or the builtin of a call.
func (t *translator) callee(made *statement, name string) error {
	if at, ok := t.functions[name]; ok {
		made.n = at
		return nil
	}
	if topdown.GetBuiltin(name) == nil {
		return fmt.Errorf("the builtin %s is unknown", name)
	}
	at, ok := t.builtins[name]
	if !ok {
		at = len(t.made.builtins)
		t.builtins[name] = at
		t.made.builtins = append(t.made.builtins, name)
	}
	made.op, made.n = opBuiltin, at
	return nil
}

// operand is the slot or the constant of a value.
func (t *translator) operand(stmt ir.Stmt, value ir.Val) operand {
	if literal, ok := t.folded.value(stmt, value); ok {
		return t.constant(literal)
	}
	local, _ := localOf(value)
	return operand(t.slot(local))
}

func (t *translator) slot(local ir.Local) int {
	at, ok := t.slots[local]
	if !ok {
		at = len(t.slots)
		t.slots[local] = at
	}
	return at
}

// constant gives one constant for all equal literals.
func (t *translator) constant(value ast.Value) operand {
	text := value.String()
	at, ok := t.indexes[text]
	if !ok {
		at = len(t.made.constants)
		t.indexes[text] = at
		t.made.constants = append(t.made.constants, value)
	}
	return ^operand(at)
}
