package plan

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ir"
)

// shape is what a statement of the intermediate representation does, in one form for all of them. It is the only place
// that knows the statements of OPA, apart from those that make literals.
type shape struct {
	op     opcode
	reads  []ir.Val
	writes []ir.Local // locals that it assigns; the first one becomes slot to
	// changes is a local whose collection the statement changes.
	changes []ir.Local
	// pinned are locals that are never folded: what a statement changes for a while, and what can conflict.
	pinned []ir.Local
	n      int
	callee string
	blocks []*ir.Block
}

// shapeOf describes a statement. An error names a statement that this package does not know.
func shapeOf(s ir.Stmt) (shape, error) {
	switch s := s.(type) {
	case *ir.ReturnLocalStmt:
		return shape{op: opReturn, reads: []ir.Val{s.Source}}, nil
	case *ir.ResultSetAddStmt:
		return shape{op: opResult, reads: []ir.Val{s.Value}}, nil
	case *ir.CallStmt:
		return shape{op: opCall, reads: values(s.Args...), writes: []ir.Local{s.Result}, callee: s.Func}, nil
	case *ir.CallDynamicStmt:
		reads := values(s.Path...)
		for _, argument := range s.Args {
			reads = append(reads, argument)
		}
		return shape{op: opCallDynamic, reads: reads, writes: []ir.Local{s.Result}, n: len(s.Path)}, nil
	case *ir.NopStmt:
		return shape{op: opBlock}, nil
	case *ir.BlockStmt:
		return shape{op: opBlock, blocks: s.Blocks}, nil
	case *ir.BreakStmt:
		return shape{op: opBreak, n: int(s.Index)}, nil
	case *ir.DotStmt:
		return shape{op: opDot, reads: values(s.Source, s.Key), writes: []ir.Local{s.Target}}, nil
	case *ir.LenStmt:
		return shape{op: opLen, reads: values(s.Source), writes: []ir.Local{s.Target}}, nil
	case *ir.ScanStmt:
		return shape{op: opScan, reads: []ir.Val{s.Source}, writes: []ir.Local{s.Key, s.Value}, blocks: []*ir.Block{s.Block}}, nil
	case *ir.NotStmt:
		return shape{op: opNot, blocks: []*ir.Block{s.Block}}, nil
	case *ir.WithStmt:
		return shape{op: opWith, reads: append(values(s.Value), s.Local), pinned: []ir.Local{s.Local}, blocks: []*ir.Block{s.Block}}, nil
	case *ir.AssignVarStmt:
		return shape{op: opAssign, reads: values(s.Source), writes: []ir.Local{s.Target}}, nil
	case *ir.AssignVarOnceStmt:
		return shape{op: opAssignOnce, reads: append(values(s.Source), s.Target), writes: []ir.Local{s.Target}}, nil
	case *ir.ResetLocalStmt:
		return shape{op: opReset, writes: []ir.Local{s.Target}}, nil
	case *ir.AssignIntStmt, *ir.MakeNullStmt, *ir.MakeNumberIntStmt, *ir.MakeNumberRefStmt, *ir.MakeArrayStmt:
		return shape{op: opAssign, writes: []ir.Local{target(s)}}, nil
	case *ir.MakeObjectStmt:
		return shape{op: opMakeObject, writes: []ir.Local{s.Target}}, nil
	case *ir.MakeSetStmt:
		return shape{op: opMakeSet, writes: []ir.Local{s.Target}}, nil
	}
	return shapeOfTest(s)
}

// shapeOfTest describes the statements that compare, and those that change a collection.
func shapeOfTest(s ir.Stmt) (shape, error) {
	switch s := s.(type) {
	case *ir.EqualStmt:
		return shape{op: opEqual, reads: values(s.A, s.B)}, nil
	case *ir.NotEqualStmt:
		return shape{op: opNotEqual, reads: values(s.A, s.B)}, nil
	case *ir.IsArrayStmt:
		return shape{op: opIsArray, reads: values(s.Source)}, nil
	case *ir.IsObjectStmt:
		return shape{op: opIsObject, reads: values(s.Source)}, nil
	case *ir.IsSetStmt:
		return shape{op: opIsSet, reads: values(s.Source)}, nil
	case *ir.IsDefinedStmt:
		return shape{op: opIsDefined, reads: []ir.Val{s.Source}}, nil
	case *ir.IsUndefinedStmt:
		return shape{op: opIsUndefined, reads: []ir.Val{s.Source}}, nil
	case *ir.ArrayAppendStmt:
		return shape{op: opAppend, reads: values(s.Value), changes: []ir.Local{s.Array}}, nil
	case *ir.ObjectInsertStmt:
		return shape{op: opInsert, reads: values(s.Key, s.Value), changes: []ir.Local{s.Object}}, nil
	case *ir.ObjectInsertOnceStmt:
		return shape{op: opInsertOnce, reads: values(s.Key, s.Value), changes: []ir.Local{s.Object}, pinned: []ir.Local{s.Object}}, nil
	case *ir.ObjectMergeStmt:
		return shape{op: opMerge, reads: []ir.Val{s.A, s.B}, writes: []ir.Local{s.Target}}, nil
	case *ir.SetAddStmt:
		return shape{op: opAdd, reads: values(s.Value), changes: []ir.Local{s.Set}}, nil
	}
	return shape{}, fmt.Errorf("the statement %T is unknown", s)
}

// target is the local that a literal is assigned to.
func target(s ir.Stmt) ir.Local {
	switch s := s.(type) {
	case *ir.AssignIntStmt:
		return s.Target
	case *ir.MakeNullStmt:
		return s.Target
	case *ir.MakeNumberIntStmt:
		return s.Target
	case *ir.MakeNumberRefStmt:
		return s.Target
	case *ir.MakeArrayStmt:
		return s.Target
	}
	return ir.Unused
}

// values are the values of operands.
func values(operands ...ir.Operand) []ir.Val {
	all := make([]ir.Val, 0, len(operands)+1)
	for _, one := range operands {
		all = append(all, one.Value)
	}
	return all
}

// localOf gives the local that a value names. Plans that were decoded from JSON hold pointers.
func localOf(value ir.Val) (ir.Local, bool) {
	switch value := value.(type) {
	case ir.Local:
		return value, true
	case *ir.Local:
		return *value, true
	}
	return 0, false
}

// visit calls do with the shape of every statement of some blocks, in their order, outer ones first.
func visit(blocks []*ir.Block, do func(ir.Stmt, shape)) error {
	for _, block := range blocks {
		for _, s := range block.Stmts {
			made, err := shapeOf(s)
			if err != nil {
				return err
			}
			do(s, made)
			if err := visit(made.blocks, do); err != nil {
				return err
			}
		}
	}
	return nil
}
