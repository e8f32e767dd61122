// Package packed keeps very many values of JSON in few bytes. Objects of a cluster differ in some texts, such as names, and
// are alike in all else. So a value is kept as its texts, and as the number of its shape, which is all but the texts.
package packed

import (
	"encoding/binary"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Lists keeps lists of values by a number, such as a hash. Values can be read from several goroutines after the last Add.
type Lists struct {
	last  map[uint64]uint64 // the place of the last entry of each list; 0 if the list is empty
	arena arena             // the values, and the entries of the lists
	form  packer
}

// New returns lists without values.
func New() *Lists {
	return &Lists{last: map[uint64]uint64{}, form: packer{shapes: newNumbering(), texts: newNumbering()}}
}

// Open begins the list of a key.
func (l *Lists) Open(key uint64) {
	if _, ok := l.last[key]; !ok {
		l.last[key] = 0
	}
}

// Has tells whether the list of a key was opened.
func (l *Lists) Has(key uint64) bool {
	_, ok := l.last[key]
	return ok
}

// Add adds a value to the lists of some keys, which were opened.
func (l *Lists) Add(value ast.Value, keys []uint64) {
	at := l.arena.add(l.form.pack(value))
	for _, key := range keys {
		entry := binary.AppendUvarint(binary.AppendUvarint(nil, l.last[key]), at)
		l.last[key] = l.arena.add(entry)
	}
}

// Values returns the values of the list of a key, in the order in which they were added.
func (l *Lists) Values(key uint64) []ast.Value {
	var all []ast.Value
	for entry := l.last[key]; entry != 0; {
		r := reader{text: l.arena.from(entry)}
		entry = r.number()
		all = append(all, l.form.unpack(l.arena.from(r.number())))
	}
	slices.Reverse(all)
	return all
}
