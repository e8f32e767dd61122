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

// scan runs a block for each element of a collection. A break of 0 goes on with the next element, a break of 1 ends the
// scan, and a break of more leaves that many blocks around it.
func scan(source term, key, value int, inner block) step {
	return func(s *state, slots []*ast.Term) int {
		from := source.in(slots)
		if from == nil {
			return next
		}
		signal := next
		each(from.Value, func(k, v *ast.Term) bool {
			if s.stopped() {
				s.err, signal = errCancelled, failed
				return false
			}
			slots[key], slots[value] = k, v
			signal = inner.run(s, slots)
			return signal == next || signal == 0
		})
		if signal > 0 {
			return out(signal - 1)
		}
		return out(signal)
	}
}

// each calls do with the keys and the values of a collection until it returns false.
func each(value ast.Value, do func(key, value *ast.Term) bool) {
	switch value := value.(type) {
	case *ast.Array:
		for i := range value.Len() {
			if !do(ast.InternedTerm(i), value.Elem(i)) {
				return
			}
		}
	case ast.Object:
		value.Until(func(k, v *ast.Term) bool { return !do(k, v) })
	case ast.Set:
		for _, one := range value.Slice() {
			if !do(one, one) {
				return
			}
		}
	}
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
