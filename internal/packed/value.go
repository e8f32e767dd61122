package packed

import (
	"encoding/binary"
	"encoding/json"
	"math"

	"github.com/open-policy-agent/opa/v1/ast"
)

// What a shape consists of. A number follows for how many items or bytes the part has.
const (
	null byte = iota
	yes
	no
	number
	text // it has no number, because it is in the content
	list
	object
)

const (
	// maxTexts limits the texts that have a number. Most texts that come often come early.
	maxTexts = 1 << 14
	// inline is in the place of the number of a text that has none. The text follows.
	inline = 0
)

// packer writes values as bytes, and reads them.
type packer struct {
	shapes  numbering
	texts   numbering
	shape   []byte // of the value that is being written
	content []byte // of the same value
}

// pack writes a value as the number of its shape, and its texts in the order of the shape.
func (p *packer) pack(value ast.Value) []byte {
	p.shape, p.content = p.shape[:0], p.content[:0]
	p.write(value)
	shape, _ := p.shapes.of(p.shape, math.MaxInt)
	return append(binary.AppendUvarint(nil, shape), p.content...)
}

func (p *packer) write(value ast.Value) {
	switch value := value.(type) {
	case ast.String:
		p.shape = append(p.shape, text)
		p.writeText(string(value))
	case ast.Object:
		p.shape = binary.AppendUvarint(append(p.shape, object), uint64(value.Len()))
		value.Foreach(func(key, item *ast.Term) {
			name, _ := key.Value.(ast.String) // JSON has no other keys
			p.shape = appendText(p.shape, string(name))
			p.write(item.Value)
		})
	case *ast.Array:
		p.shape = binary.AppendUvarint(append(p.shape, list), uint64(value.Len()))
		value.Foreach(func(item *ast.Term) { p.write(item.Value) })
	case ast.Number:
		p.shape = appendText(append(p.shape, number), string(value))
	case ast.Boolean:
		if value {
			p.shape = append(p.shape, yes)
		} else {
			p.shape = append(p.shape, no)
		}
	default:
		p.shape = append(p.shape, null)
	}
}

func (p *packer) writeText(value string) {
	if number, ok := p.texts.of([]byte(value), maxTexts); ok {
		p.content = binary.AppendUvarint(p.content, number+inline+1)
		return
	}
	p.content = appendText(append(p.content, inline), value)
}

func appendText(to []byte, value string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(value))), value...)
}

// unpack reads what pack wrote, from the begin of a text.
func (p *packer) unpack(from []byte) ast.Value {
	content := &reader{text: from}
	shape := &reader{text: []byte(p.shapes.texts[content.number()])}
	return p.read(shape, content)
}

func (p *packer) read(shape, content *reader) ast.Value {
	switch shape.byte() {
	case text:
		if number := content.number(); number != inline {
			return ast.String(p.texts.texts[number-inline-1])
		}
		return ast.String(content.string())
	case object:
		n := int(shape.number())
		made := ast.NewObjectWithCapacity(n)
		for range n {
			key := ast.InternedTerm(shape.string())
			made.Insert(key, ast.NewTerm(p.read(shape, content)))
		}
		return made
	case list:
		items := make([]*ast.Term, shape.number())
		for i := range items {
			items[i] = ast.NewTerm(p.read(shape, content))
		}
		return ast.NewArray(items...)
	case number:
		return ast.Number(json.Number(shape.string()))
	case yes:
		return ast.Boolean(true)
	case no:
		return ast.Boolean(false)
	}
	return ast.NullValue
}
