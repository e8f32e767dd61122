package plan

import (
	"maps"
	"slices"

	"github.com/open-policy-agent/opa/v1/ir"
)

// locals is a set of locals.
type locals map[ir.Local]bool

// flow is what is known of the locals of a function, wherever they are used.
type flow struct {
	// pinned are locals that are never folded: those that a shape names, and those that give a collection another name under
	// which a statement changes it.
	pinned locals
}

// flowOf follows the locals of a function. An error names a statement that this package does not know.
func flowOf(blocks []*ir.Block) (flow, error) {
	all := flow{locals{ir.Input: true, ir.Data: true}}
	err := visit(blocks, func(_ ir.Stmt, s shape) {
		for _, local := range s.pinned {
			all.pinned[local] = true
		}
	})
	if err == nil {
		all.aliases(blocks)
	}
	return all, err
}

// aliases pins the locals that get another name, if statements of the block change the collection under that name.
func (f flow) aliases(blocks []*ir.Block) {
	for _, block := range blocks {
		uses := usesIn(block)
		for i, stmt := range block.Stmts {
			s, _ := shapeOf(stmt) // flowOf reported the error
			f.aliases(s.blocks)
			if s.op != opAssign || len(s.reads) == 0 {
				continue
			}
			if local, ok := localOf(s.reads[0]); ok && uses.from(i, s.writes[0]).changed > 0 {
				f.pinned[local] = true
			}
		}
	}
}

// exposed are the locals that statements read or change before they assign them. What a block inside them assigns does not
// count, because it may be left before.
func exposed(stmts []ir.Stmt) locals {
	found, assigned := locals{}, locals{}
	for _, stmt := range stmts {
		s, err := shapeOf(stmt)
		if err != nil {
			continue // flowOf reported it
		}
		for _, local := range used(s) {
			if !assigned[local] {
				found[local] = true
			}
		}
		for _, block := range s.blocks {
			for local := range exposed(block.Stmts) {
				if !assigned[local] && !written(s, local) {
					found[local] = true
				}
			}
		}
		for _, local := range s.writes {
			assigned[local] = true
		}
	}
	return found
}

// used are the locals that a statement itself reads or changes.
func used(s shape) []ir.Local {
	var all []ir.Local
	for _, read := range s.reads {
		if local, ok := localOf(read); ok {
			all = append(all, local)
		}
	}
	return append(all, s.changes...)
}

func written(s shape, local ir.Local) bool {
	for _, one := range s.writes {
		if one == local {
			return true
		}
	}
	return false
}

// use is what a statement of a block, or a block inside it, does with a local.
type use struct {
	at                int // index of the statement
	assigned, changed int
	again             bool // the statement itself assigns the local, and does not read it
}

// uses are the statements of a block that assign or change each local, in their order.
type uses map[ir.Local][]use

func usesIn(block *ir.Block) uses {
	all := uses{}
	for i, stmt := range block.Stmts {
		at := func(local ir.Local) *use {
			list := all[local]
			if len(list) == 0 || list[len(list)-1].at != i {
				list = append(list, use{at: i})
				all[local] = list
			}
			return &list[len(list)-1]
		}
		_ = visit([]*ir.Block{{Stmts: []ir.Stmt{stmt}}}, func(inner ir.Stmt, s shape) { // flowOf reported the error
			for _, local := range s.writes {
				one := at(local)
				one.assigned++
				one.again = inner == stmt && len(s.blocks) == 0 && !slices.Contains(used(s), local)
			}
			for _, local := range s.changes {
				at(local).changed++
			}
		})
	}
	return all
}

// from adds up what happens to a local from a statement that assigns it, until another one assigns it again.
func (u uses) from(at int, local ir.Local) use {
	var sum use
	for _, one := range u[local] {
		if one.at > at && one.again {
			sum.again = true
			break
		}
		if one.at >= at {
			sum.assigned += one.assigned
			sum.changed += one.changed
		}
	}
	return sum
}

// and is a set of the locals of both.
func (l locals) and(more locals) locals {
	if len(more) == 0 {
		return l
	}
	both := maps.Clone(l)
	maps.Copy(both, more)
	return both
}
