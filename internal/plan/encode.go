package plan

import (
	"encoding/binary"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// format begins every encoded plan. It changes when the form below does.
const format = "winpolicy plan 1\n"

// The kinds of encoded values.
const (
	kindNull = iota
	kindFalse
	kindTrue
	kindNumber
	kindString
	kindArray
	kindObject
	kindSet
)

// Encode turns a planned policy into the bytes that Load reads. Equal policies give equal bytes. An error names the
// function with a statement or a builtin that this package does not carry.
//
// The bytes are: the format; the version of OPA; the texts; the constants, each with its length; the builtins; and the
// functions, each with the length of its blocks, so that they are read when they are first called. Numbers are varints of
// encoding/binary.
func Encode(policy *ir.Policy) ([]byte, error) {
	made, err := translate(policy)
	if err != nil {
		return nil, err
	}
	w := &writer{indexes: map[string]int{}}
	body := w.program(made)
	head := &writer{bytes: []byte(format)}
	head.text(made.opa)
	head.number(len(w.texts))
	for _, text := range w.texts {
		head.text(text)
	}
	return append(head.bytes, body...), nil
}

// writer appends to bytes and collects the texts that they name by index.
type writer struct {
	bytes   []byte
	texts   []string
	indexes map[string]int
}

func (w *writer) number(n int) { w.bytes = binary.AppendVarint(w.bytes, int64(n)) }

func (w *writer) text(text string) {
	w.number(len(text))
	w.bytes = append(w.bytes, text...)
}

// name writes the index of a text.
func (w *writer) name(text string) {
	at, ok := w.indexes[text]
	if !ok {
		at = len(w.texts)
		w.indexes[text] = at
		w.texts = append(w.texts, text)
	}
	w.number(at)
}

// sized writes what do writes after its length.
func (w *writer) sized(do func()) {
	before := w.bytes
	w.bytes = nil
	do()
	part := w.bytes
	w.bytes = before
	w.number(len(part))
	w.bytes = append(w.bytes, part...)
}

func (w *writer) program(made program) []byte {
	w.number(len(made.constants))
	for _, value := range made.constants {
		w.sized(func() { w.value(value) })
	}
	w.number(len(made.builtins))
	for _, name := range made.builtins {
		w.name(name)
	}
	w.number(len(made.functions))
	for _, fn := range made.functions {
		w.name(fn.name)
		w.number(len(fn.path))
		for _, part := range fn.path {
			w.name(part)
		}
		w.number(fn.params)
		w.number(fn.slots)
		w.number(int(fn.keep))
		w.sized(func() { w.blocks(fn.blocks) })
	}
	return w.bytes
}

func (w *writer) blocks(all [][]statement) {
	w.number(len(all))
	for _, block := range all {
		w.number(len(block))
		for _, s := range block {
			w.bytes = append(w.bytes, byte(s.op))
			w.number(s.to)
			w.number(s.n)
			w.number(len(s.operands))
			for _, one := range s.operands {
				w.number(int(one))
			}
			w.blocks(s.blocks)
		}
	}
}

func (w *writer) value(value ast.Value) {
	switch value := value.(type) {
	case ast.Boolean:
		if value {
			w.number(kindTrue)
		} else {
			w.number(kindFalse)
		}
	case ast.Number:
		w.number(kindNumber)
		w.name(string(value))
	case ast.String:
		w.number(kindString)
		w.name(string(value))
	case *ast.Array:
		w.number(kindArray)
		w.number(value.Len())
		value.Foreach(func(one *ast.Term) { w.value(one.Value) })
	case ast.Object:
		w.number(kindObject)
		w.number(value.Len())
		value.Foreach(func(key, one *ast.Term) {
			w.value(key.Value)
			w.value(one.Value)
		})
	case ast.Set:
		w.number(kindSet)
		w.number(value.Len())
		value.Foreach(func(one *ast.Term) { w.value(one.Value) })
	default: // the planner makes no other literals than null
		w.number(kindNull)
	}
}
