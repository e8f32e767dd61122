package plan

import (
	"fmt"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
)

// builder builds the routines of a plan while the plan is used, one at a time.
type builder struct {
	lock      sync.Mutex
	plan      *Plan
	texts     []string
	parts     []string // encoded constants
	constants []*ast.Term
	builtins  []string
}

// body is the encoded blocks of a routine.
type body struct {
	text  string
	limit bounds
}

// build makes the blocks of a routine.
func (b *builder) build(from body) ([]block, error) {
	b.lock.Lock()
	defer b.lock.Unlock()
	r := &reader{text: from.text}
	blocks, _ := r.blocks(from.limit, 0)
	if r.err != nil {
		return nil, r.err
	}
	return b.blocks(blocks)
}

func (b *builder) blocks(all [][]statement) ([]block, error) {
	made := make([]block, len(all))
	for i, statements := range all {
		made[i] = make(block, 0, len(statements))
		for _, s := range statements {
			one, err := b.step(s)
			if err != nil {
				return nil, err
			}
			made[i] = append(made[i], one)
		}
	}
	return made, nil
}

// step makes the step of a statement.
func (b *builder) step(s statement) (step, error) {
	inner, err := b.blocks(s.blocks)
	if err != nil {
		return nil, err
	}
	read := make([]term, len(s.operands))
	for i, one := range s.operands {
		read[i] = b.term(one)
	}
	switch s.op {
	case opReturn:
		return returnOf(read[0]), nil
	case opResult:
		return resultOf(read[0]), nil
	case opCall:
		return invocation(b.plan.routines[s.n], read, s.to), nil
	case opBuiltin:
		if quick := quickCall(b.builtins[s.n], read, s.to); quick != nil {
			return quick, nil
		}
		return builtinCall(b.builtins[s.n], read, s.to), nil
	case opCallDynamic:
		return dynamicInvocation(b.plan.tree, read[:s.n], read[s.n:], s.to), nil
	case opBlock:
		return blocksInTurn(inner), nil
	case opBreak:
		return breakOf(s.n), nil
	case opScan:
		return scan(read[0], s.to, s.n, inner[0]), nil
	case opNot:
		return not(inner[0]), nil
	case opWith:
		var path []*ast.Term
		for _, part := range read[1:] {
			path = append(path, part.constant)
		}
		return with(s.to, path, read[0], inner[0]), nil
	}
	return b.simpleStep(s, read)
}

// simpleStep makes the step of a statement without blocks and calls.
func (b *builder) simpleStep(s statement, read []term) (step, error) {
	switch s.op {
	case opDot:
		return dot(read[0], read[1], s.to), nil
	case opLen:
		return lengthOf(read[0], s.to), nil
	case opAssign:
		return assign(read[0], s.to), nil
	case opAssignOnce:
		text, _ := b.constant(s.n).Value.(ast.String)
		return assignOnce(read[0], s.to, string(text)), nil
	case opReset:
		return reset(s.to), nil
	case opArray:
		return array(read, s.to), nil
	case opMakeObject:
		return makeObject(s.to), nil
	case opMakeSet:
		return makeSet(s.to), nil
	case opEqual:
		return equals(read[0], read[1]), nil
	case opNotEqual:
		return differs(read[0], read[1]), nil
	case opIsArray:
		return isA[*ast.Array](read[0]), nil
	case opIsObject:
		return isA[ast.Object](read[0]), nil
	case opIsSet:
		return isA[ast.Set](read[0]), nil
	case opIsDefined:
		return isDefined(read[0]), nil
	case opIsUndefined:
		return isUndefined(read[0]), nil
	case opAppend:
		return push(s.to, read[0]), nil
	case opInsert:
		return insert(s.to, read), nil
	case opInsertOnce:
		return insertOnce(s.to, read), nil
	case opMerge:
		return mergeOf(read[0], read[1], s.to), nil
	case opAdd:
		return add(s.to, read), nil
	}
	return nil, fmt.Errorf("the plan has an unknown statement %d", s.op)
}

func (b *builder) term(one operand) term {
	if one >= 0 {
		return term{slot: int(one)}
	}
	return term{constant: b.constant(int(^one))}
}

// constant makes a constant when it is first used.
func (b *builder) constant(at int) *ast.Term {
	if b.constants[at] == nil {
		r := &reader{text: b.parts[at], texts: b.texts}
		b.constants[at] = r.value()
	}
	return b.constants[at]
}
