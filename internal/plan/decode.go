package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// maxNesting limits the blocks, and the values, that are inside one another.
const maxNesting = 1000

var errCut = errors.New("the plan is incomplete")

// reader reads what writer wrote. The first error stays, and all that is read after it is zero.
type reader struct {
	text  string
	texts []string
	err   error
	// checking makes statements be checked without being kept. The operands of each are then in spare.
	checking bool
	spare    []operand
}

func (r *reader) fail(err error) {
	if r.err == nil {
		r.err, r.text = err, ""
	}
}

// number reads a varint, which is rarely longer than two bytes.
func (r *reader) number() int {
	var bits uint64
	for i := 0; i < len(r.text) && i < 10; i++ {
		b := r.text[i]
		bits |= uint64(b&0x7f) << (7 * i)
		if b < 0x80 {
			r.text = r.text[i+1:]
			return int(int64(bits>>1) ^ -int64(bits&1))
		}
	}
	r.fail(errCut)
	return 0
}

// below reads an index of something that has n items.
func (r *reader) below(n int, what string) int {
	at := r.number()
	if at < 0 || at >= n {
		r.fail(fmt.Errorf("the plan names %s %d of %d", what, at, n))
		return 0
	}
	return at
}

// length reads how many items follow. Each item has at least a byte.
func (r *reader) length() int {
	n := r.number()
	if n < 0 || n > len(r.text) {
		r.fail(errCut)
		return 0
	}
	return n
}

// part reads a text with its length.
func (r *reader) part() string {
	n := r.length()
	part := r.text[:n]
	r.text = r.text[n:]
	return part
}

func (r *reader) name() string {
	at := r.below(len(r.texts), "text")
	if r.err != nil {
		return ""
	}
	return r.texts[at]
}

func (r *reader) names() []string {
	all := make([]string, r.length())
	for i := range all {
		all[i] = r.name()
	}
	return all
}

// bounds are what the numbers of a statement have to stay below.
type bounds struct {
	slots, constants, builtins, functions int
	// parameters are how many arguments each function takes, and arguments how many each builtin takes.
	parameters, arguments []int
}

// blocks reads the blocks of a statement or a function, and how many they are.
func (r *reader) blocks(limit bounds, depth int) ([][]statement, int) {
	if depth > maxNesting {
		r.fail(errors.New("the plan has too many blocks inside one another"))
	}
	n := r.length()
	var all [][]statement
	for range n {
		var block []statement
		for range r.length() {
			if s := r.statement(limit, depth); !r.checking {
				block = append(block, s)
			}
		}
		if !r.checking {
			all = append(all, block)
		}
	}
	return all, n
}

func (r *reader) statement(limit bounds, depth int) statement {
	var s statement
	if r.text == "" {
		r.fail(errCut)
		return s
	}
	s.op, r.text = opcode(r.text[0]), r.text[1:]
	if s.op >= opcodes {
		r.fail(fmt.Errorf("the plan has an unknown statement %d", s.op))
		return s
	}
	s.to = r.below(max(limit.slots, 1), "slot")
	s.n = r.number()
	s.operands = r.operands(limit)
	r.check(s, limit)
	var blocks int
	s.blocks, blocks = r.blocks(limit, depth+1)
	if want := arity[s.op].blocks; want != anyNumber && want != blocks {
		r.fail(fmt.Errorf("the plan has a statement %d with %d blocks", s.op, blocks))
	}
	return s
}

func (r *reader) operands(limit bounds) []operand {
	n := r.length()
	all := r.spare[:0]
	if !r.checking {
		all = make([]operand, 0, n)
	}
	for range n {
		one := r.number()
		if one >= limit.slots || ^one >= limit.constants {
			r.fail(fmt.Errorf("the plan names operand %d of %d slots and %d constants", one, limit.slots, limit.constants))
		}
		all = append(all, operand(one))
	}
	if r.checking {
		r.spare = all
	}
	return all
}

// check refuses a statement that would make the evaluator panic.
func (r *reader) check(s statement, limit bounds) {
	want, most, least := arity[s.op].operands, 1<<30, 0
	switch s.op {
	case opCall:
		most = limit.functions
	case opBuiltin:
		most = limit.builtins
	case opCallDynamic:
		most = len(s.operands) + 1
	case opScan:
		most = limit.slots
	case opAssignOnce:
		most = limit.constants
	case opWith:
		least = 1
	}
	fits := s.n >= 0 && s.n < most && len(s.operands) >= least &&
		(want == anyNumber || want == len(s.operands))
	switch {
	case fits && s.op == opCall && limit.parameters != nil:
		fits = limit.parameters[s.n] == len(s.operands)
	case fits && s.op == opBuiltin && limit.arguments != nil:
		fits = limit.arguments[s.n] == len(s.operands)
	case fits && s.op == opWith:
		fits = !slices.ContainsFunc(s.operands[1:], func(part operand) bool { return part >= 0 })
	}
	if !fits {
		r.fail(fmt.Errorf("the plan has a statement %d of a wrong form", s.op))
	}
}

// skip checks a constant without making it.
func (r *reader) skip(depth int) {
	if depth > maxNesting {
		r.fail(errors.New("the plan has too many values inside one another"))
	}
	switch kind := r.number(); kind {
	case kindNull, kindFalse, kindTrue:
	case kindNumber, kindString:
		r.name()
	case kindArray, kindObject, kindSet:
		n := r.length()
		if kind == kindObject {
			n *= 2
		}
		for range n {
			r.skip(depth + 1)
		}
	default:
		r.fail(fmt.Errorf("the plan has an unknown kind of value %d", kind))
	}
}

// value reads a constant that was checked.
func (r *reader) value() *ast.Term {
	switch kind := r.number(); kind {
	case kindFalse, kindTrue:
		return ast.InternedTerm(kind == kindTrue)
	case kindNumber:
		return ast.NumberTerm(json.Number(r.name()))
	case kindString:
		return ast.StringTerm(r.name())
	case kindArray:
		return ast.ArrayTerm(r.items()...)
	case kindSet:
		return ast.SetTerm(r.items()...)
	case kindObject:
		n := r.length()
		object := ast.NewObjectWithCapacity(n)
		for range n {
			key := r.value()
			object.Insert(key, r.value())
		}
		return ast.NewTerm(object)
	}
	return ast.InternedNullTerm
}

func (r *reader) items() []*ast.Term {
	all := make([]*ast.Term, r.length())
	for i := range all {
		all[i] = r.value()
	}
	return all
}
