package plan

import (
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// folded is what folding found in a function: where a local always holds the same literal, the statements that only make
// such literals, and the lists of other values.
type folded struct {
	literals literals
	flow     flow
	known    map[ir.Stmt]map[ir.Local]ast.Value // the literals that a statement reads
	drop     map[ir.Stmt]bool
	lists    map[ir.Stmt][]ir.Val // the values of each list, by the statement that makes it
}

// fold finds the literals and the lists of a function. The planner gives one local to many blocks, so a literal of one
// block is not a literal of the next.
func fold(blocks []*ir.Block, between flow, known literals) folded {
	f := folded{known, between, map[ir.Stmt]map[ir.Local]ast.Value{}, map[ir.Stmt]bool{}, map[ir.Stmt][]ir.Val{}}
	for i, block := range blocks {
		after := locals{}
		for _, later := range blocks[i+1:] {
			after = after.and(exposed(later.Stmts))
		}
		f.block(block, map[ir.Local]ast.Value{}, after)
	}
	return f
}

// value gives the literal that a statement reads.
func (f folded) value(stmt ir.Stmt, v ir.Val) (ast.Value, bool) {
	if local, ok := localOf(v); ok {
		known, ok := f.known[stmt][local]
		return known, ok
	}
	return f.literals.of(v)
}

// draft is a collection that statements still add to. It becomes a literal, or a list.
type draft struct {
	value  ast.Value // nil once a value that is no literal was added
	left   int       // statements that are still to come
	made   []ir.Stmt
	values []ir.Val // of an array
}

// block folds one block. values are the literals around it, and after are the locals that are read after it.
func (f folded) block(block *ir.Block, values map[ir.Local]ast.Value, after locals) {
	values = maps.Clone(values)
	drafts, uses := map[ir.Local]*draft{}, usesIn(block)
	for i, stmt := range block.Stmts {
		s, err := shapeOf(stmt)
		if err != nil {
			continue
		}
		f.remember(stmt, s, values)
		if len(s.blocks) > 0 {
			f.inner(s, values, after.and(exposed(block.Stmts[i+1:])))
		}
		f.abandon(drafts, stmt)
		for _, local := range s.writes {
			delete(values, local)
			delete(drafts, local)
		}
		switch {
		case len(s.writes) == 1 && len(s.blocks) == 0 && (s.op == opAssign || s.op == opMakeObject || s.op == opMakeSet):
			f.begin(stmt, s, uses.from(i, s.writes[0]), values, drafts, after)
		case len(s.changes) == 1 && drafts[s.changes[0]] != nil:
			f.change(stmt, s, values, drafts)
		}
	}
}

// inner folds the blocks of a statement. A scan runs its block again and again.
func (f folded) inner(s shape, values map[ir.Local]ast.Value, after locals) {
	for i, block := range s.blocks {
		rest := after
		for _, later := range s.blocks[i+1:] {
			rest = rest.and(exposed(later.Stmts))
		}
		if s.op == opScan {
			rest = rest.and(exposed(block.Stmts))
		}
		f.block(block, values, rest)
	}
}

// remember notes the literals that a statement reads.
func (f folded) remember(stmt ir.Stmt, s shape, values map[ir.Local]ast.Value) {
	for _, local := range used(s) {
		if value, ok := values[local]; ok {
			if f.known[stmt] == nil {
				f.known[stmt] = map[ir.Local]ast.Value{}
			}
			f.known[stmt][local] = value
		}
	}
}

// begin starts a literal if no block inside the rest of the block assigns its local too, and nothing reads it after the
// block.
func (f folded) begin(stmt ir.Stmt, s shape, rest use, values map[ir.Local]ast.Value, drafts map[ir.Local]*draft, after locals) {
	to := s.writes[0]
	if rest.assigned != 1 || f.flow.pinned[to] || after[to] && !rest.again {
		return
	}
	if value, ok := f.literals.made(stmt); ok {
		drafts[to] = &draft{value: value, left: rest.changed, made: []ir.Stmt{stmt}}
		f.finish(to, values, drafts)
		return
	}
	if s.op == opAssign && rest.changed == 0 {
		if value, ok := f.value(stmt, s.reads[0]); ok {
			values[to], f.drop[stmt] = value, true
		}
	}
}

// change adds to a draft.
func (f folded) change(stmt ir.Stmt, s shape, values map[ir.Local]ast.Value, drafts map[ir.Local]*draft) {
	at := s.changes[0]
	one := drafts[at]
	one.left--
	one.made, one.values = append(one.made, stmt), append(one.values, s.reads[0])
	terms := make([]*ast.Term, len(s.reads))
	for i, read := range s.reads {
		value, ok := f.value(stmt, read)
		if !ok {
			one.value = nil
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
	default:
		if s.op != opAppend {
			delete(drafts, at)
			return
		}
	}
	f.finish(at, values, drafts)
}

// finish makes a literal or a list of a draft to which nothing more is added.
func (f folded) finish(at ir.Local, values map[ir.Local]ast.Value, drafts map[ir.Local]*draft) {
	one := drafts[at]
	if one.left > 0 {
		return
	}
	delete(drafts, at)
	if one.value != nil {
		values[at] = one.value
	} else {
		last := one.made[len(one.made)-1]
		f.lists[last] = one.values
		one.made = one.made[:len(one.made)-1]
		for _, earlier := range one.made {
			f.copyKnown(earlier, last)
		}
	}
	for _, s := range one.made {
		f.drop[s] = true
	}
}

// copyKnown makes a statement read the literals that an earlier one reads.
func (f folded) copyKnown(from, to ir.Stmt) {
	for local, value := range f.known[from] {
		if f.known[to] == nil {
			f.known[to] = map[ir.Local]ast.Value{}
		}
		f.known[to][local] = value
	}
}

// abandon gives up the drafts that a statement reads. It gives up those of which it assigns a value again, too: a list
// reads its values when it is complete.
func (f folded) abandon(drafts map[ir.Local]*draft, stmt ir.Stmt) {
	if len(drafts) == 0 {
		return
	}
	_ = visit([]*ir.Block{{Stmts: []ir.Stmt{stmt}}}, func(_ ir.Stmt, s shape) {
		for _, read := range s.reads {
			if local, ok := localOf(read); ok {
				delete(drafts, local)
			}
		}
		for at, one := range drafts {
			for _, value := range one.values {
				if local, ok := localOf(value); ok && written(s, local) {
					delete(drafts, at)
				}
			}
		}
	})
}
