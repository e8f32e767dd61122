package plan

import "github.com/open-policy-agent/opa/v1/ast"

// out is the signal that a statement gives for the signal of a block inside it. A block that leaves only itself, or
// reaches its end, goes on.
func out(signal int) int {
	switch {
	case signal > 0:
		return signal - 1
	case signal == 0:
		return next
	}
	return signal
}

// blocksInTurn runs each block until one leaves more than itself.
func blocksInTurn(blocks []block) step {
	if len(blocks) == 1 {
		only := blocks[0]
		return func(s *state, slots []*ast.Term) int { return out(only.run(s, slots)) }
	}
	return func(s *state, slots []*ast.Term) int {
		for _, one := range blocks {
			if signal := one.run(s, slots); signal != 0 && signal != next {
				return out(signal)
			}
		}
		return next
	}
}

func breakOf(n int) step {
	return func(*state, []*ast.Term) int { return n }
}

func returnOf(source term) step {
	return func(s *state, slots []*ast.Term) int {
		s.result = source.in(slots)
		return leave
	}
}

func resultOf(source term) step {
	return func(s *state, slots []*ast.Term) int {
		s.results = append(s.results, source.in(slots))
		return next
	}
}

// not is undefined if the block reaches its end.
func not(inner block) step {
	return func(s *state, slots []*ast.Term) int {
		switch signal := inner.run(s, slots); signal {
		case next:
			return 0
		case 0:
			return next
		default:
			return out(signal)
		}
	}
}

// loop is a scan that is ready to run.
type loop struct {
	key, value int
	inner      block
}

// scan runs a block for each element of a collection. A break of 0 goes on with the next element, a break of 1 ends the
// scan, and a break of more leaves that many blocks around it.
func scan(source term, key, value int, inner block) step {
	l := &loop{key, value, inner}
	return func(s *state, slots []*ast.Term) int {
		from := source.in(slots)
		if from == nil {
			return next
		}
		signal := l.run(s, slots, from.Value)
		if signal > 0 {
			return out(signal - 1)
		}
		return signal
	}
}

// run gives the signal of the element that ends the scan, or next.
func (l *loop) run(s *state, slots []*ast.Term, from ast.Value) int {
	switch from := from.(type) {
	case *ast.Array:
		for i := range from.Len() {
			if signal := l.element(s, slots, ast.InternedTerm(i), from.Elem(i)); signal != next {
				return signal
			}
		}
	case ast.Set:
		for _, one := range from.Slice() {
			if signal := l.element(s, slots, one, one); signal != next {
				return signal
			}
		}
	case ast.Object:
		signal := next
		from.Until(func(key, value *ast.Term) bool {
			signal = l.element(s, slots, key, value)
			return signal != next
		})
		return signal
	}
	return next
}

// element runs the block for one element. It gives next if the scan goes on.
func (l *loop) element(s *state, slots []*ast.Term, key, value *ast.Term) int {
	if s.stopped() {
		s.err = errCancelled
		return failed
	}
	s.work++
	slots[l.key], slots[l.value] = key, value
	if signal := l.inner.run(s, slots); signal != 0 {
		return signal
	}
	return next
}

// with runs a block with another value at a path below a slot. Results that were known before are not known inside.
func with(slot int, path []*ast.Term, value term, inner block) step {
	return func(s *state, slots []*ast.Term) int {
		before, memo, kept := slots[slot], s.memo, s.kept
		s.memo, s.kept = make([]*ast.Term, len(memo)), map[call]*ast.Term{}
		slots[slot] = upsert(before, path, value.in(slots))
		signal := inner.run(s, slots)
		slots[slot], s.memo, s.kept = before, memo, kept
		if signal > 0 {
			return signal - 1
		}
		return signal
	}
}
