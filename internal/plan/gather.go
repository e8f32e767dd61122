package plan

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// list is an array that a block makes and appends to, and that nothing reads before it is complete. One statement can then
// make it of all its values.
type list struct {
	made   ir.Stmt
	pushes []ir.Stmt
	values []ir.Val
}

// gather finds the lists of some blocks, and gives the values of each by the statement that completes it. The statements
// that are not needed any more are dropped.
func (f folded) gather(blocks []*ir.Block) {
	for _, block := range blocks {
		open := map[ir.Local]*list{}
		for _, stmt := range block.Stmts {
			s, err := shapeOf(stmt)
			if err != nil || f.drop[stmt] {
				continue
			}
			f.gather(s.blocks)
			f.abandon(open, stmt)
			if _, ok := stmt.(*ir.MakeArrayStmt); ok && f.assigned[s.writes[0]] == 1 && f.changed[s.writes[0]] > 0 {
				open[s.writes[0]] = &list{made: stmt}
			}
			if s.op == opAppend && open[s.changes[0]] != nil {
				f.push(open, stmt, s)
			}
		}
	}
}

// push adds to a list, and completes it with the last value.
func (f folded) push(open map[ir.Local]*list, stmt ir.Stmt, s shape) {
	at := s.changes[0]
	one := open[at]
	one.pushes, one.values = append(one.pushes, stmt), append(one.values, s.reads[0])
	if len(one.pushes) < f.changed[at] {
		return
	}
	f.drop[one.made] = true
	for _, earlier := range one.pushes[:len(one.pushes)-1] {
		f.drop[earlier] = true
	}
	f.lists[stmt] = one.values
	delete(open, at)
}

// abandon gives up the lists that a statement reads, and those of which it assigns a value again.
func (f folded) abandon(open map[ir.Local]*list, stmt ir.Stmt) {
	if len(open) == 0 {
		return
	}
	_ = visit([]*ir.Block{{Stmts: []ir.Stmt{stmt}}}, func(_ ir.Stmt, s shape) { // every statement is known by now
		for _, read := range s.reads {
			if local, ok := localOf(read); ok {
				delete(open, local)
			}
		}
		for _, written := range slices.Concat(s.writes, s.pinned) {
			for at, one := range open {
				if slices.ContainsFunc(one.values, func(value ir.Val) bool { local, ok := localOf(value); return ok && local == written }) {
					delete(open, at)
				}
			}
		}
	})
}
