package plan

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// folded is what folding found in one block of a function: locals that always hold the same literal, the statements that
// only make these literals, and the lists of other values.
type folded struct {
	literals literals
	values   map[ir.Local]ast.Value
	drop     map[ir.Stmt]bool
	lists    map[ir.Stmt][]ir.Val // the values of each list, by the statement that makes it

	assigned map[ir.Local]int // how many statements assign a local
	changed  map[ir.Local]int // how many statements change its collection
}

// never is a number of assignments that folding does not accept.
const never = 2

// fold finds the literals of a block. The planner gives a local to several blocks of one function, so a literal of one
// block is not a literal of the next.
func fold(block *ir.Block, between flow, known literals) folded {
	f := folded{
		literals: known, values: map[ir.Local]ast.Value{}, drop: map[ir.Stmt]bool{}, lists: map[ir.Stmt][]ir.Val{},
		assigned: map[ir.Local]int{}, changed: map[ir.Local]int{},
	}
	for local := range between.crossing {
		f.assigned[local] = never
	}
	all := []*ir.Block{block}
	_ = visit(all, func(_ ir.Stmt, s shape) { // flowOf visited the same blocks and reported the error
		for _, local := range s.writes {
			f.assigned[local]++
		}
		for _, local := range s.pinned {
			f.assigned[local] += never
		}
		for _, local := range s.changes {
			f.changed[local]++
		}
		if s.op == opAssign && len(s.reads) == 1 && between.changed[s.writes[0]] {
			if local, ok := localOf(s.reads[0]); ok { // another name of a collection that a statement changes
				f.assigned[local] += never
			}
		}
	})
	f.blocks(all)
	return f
}

// value gives the literal of an operand.
func (f folded) value(v ir.Val) (ast.Value, bool) {
	if local, ok := localOf(v); ok {
		known, ok := f.values[local]
		return known, ok
	}
	return f.literals.of(v)
}

// draft is a collection of literals that statements still add to.
type draft struct {
	value ast.Value
	left  int // statements that are still to come
	made  []ir.Stmt
}

// blocks folds each block. All statements that build one literal are in the same block.
func (f folded) blocks(all []*ir.Block) {
	for _, block := range all {
		drafts := map[ir.Local]*draft{}
		for _, s := range block.Stmts {
			f.statement(drafts, s)
		}
	}
}

func (f folded) statement(drafts map[ir.Local]*draft, stmt ir.Stmt) {
	s, err := shapeOf(stmt)
	if err != nil {
		return
	}
	if value, ok := f.literals.made(stmt); ok {
		if to := s.writes[0]; f.assigned[to] == 1 {
			drafts[to] = &draft{value: value, left: f.changed[to], made: []ir.Stmt{stmt}}
			f.finish(drafts, to)
		}
		return
	}
	switch {
	case s.op == opAssign && f.assigned[s.writes[0]] == 1 && f.changed[s.writes[0]] == 0:
		if value, ok := f.value(s.reads[0]); ok {
			f.values[s.writes[0]], f.drop[stmt] = value, true
		}
	case len(s.changes) == 1 && drafts[s.changes[0]] != nil:
		f.change(drafts, stmt, s)
	}
	f.blocks(s.blocks)
}

// change adds to a draft, or gives it up if what is added is no literal.
func (f folded) change(drafts map[ir.Local]*draft, stmt ir.Stmt, s shape) {
	at := s.changes[0]
	one := drafts[at]
	terms := make([]*ast.Term, len(s.reads))
	for i, read := range s.reads {
		value, ok := f.value(read)
		if !ok {
			delete(drafts, at)
			return
		}
		terms[i] = ast.NewTerm(value)
	}
	switch value := one.value.(type) {
	case *ast.Array:
		one.value = value.Append(terms[0])
	case ast.Object:
		value.Insert(terms[0], terms[1])
	case ast.Set:
		value.Add(terms[0])
	}
	one.left--
	one.made = append(one.made, stmt)
	f.finish(drafts, at)
}

// finish makes a literal of a draft to which nothing more is added.
func (f folded) finish(drafts map[ir.Local]*draft, at ir.Local) {
	one := drafts[at]
	if one.left > 0 {
		return
	}
	f.values[at] = one.value
	for _, s := range one.made {
		f.drop[s] = true
	}
	delete(drafts, at)
}

// flow is what the blocks of a function have in common.
type flow struct {
	// crossing are the locals that pass a value from one block to another: those that a block reads or changes without
	// having assigned them before.
	crossing map[ir.Local]bool
	changed  map[ir.Local]bool // locals whose collection a statement changes
}

// flowOf follows the locals of a function. An error names a statement that this package does not know.
func flowOf(blocks []*ir.Block) (flow, error) {
	all := flow{crossing: map[ir.Local]bool{ir.Input: true, ir.Data: true}, changed: map[ir.Local]bool{}}
	for _, block := range blocks {
		assigned := map[ir.Local]bool{}
		err := visit([]*ir.Block{block}, func(_ ir.Stmt, s shape) {
			used := slices.Clone(s.changes)
			for _, read := range s.reads {
				if local, ok := localOf(read); ok {
					used = append(used, local)
				}
			}
			for _, local := range used {
				if !assigned[local] {
					all.crossing[local] = true
				}
			}
			for _, local := range s.changes {
				all.changed[local] = true
			}
			for _, local := range s.writes {
				assigned[local] = true
			}
		})
		if err != nil {
			return flow{}, err
		}
	}
	return all, nil
}
