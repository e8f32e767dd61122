package page

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer/html"
)

// Links says where a page leads. A nil function changes nothing.
type Links struct {
	// To gives the address that stands for the one in the Markdown; "" makes the link plain text.
	To func(address string) string
	// Try gives the address at which somebody can try a block of YAML; "" if nobody can.
	Try func(yaml string) string
}

// words gives the text of a node on one line.
func words(node ast.Node, source []byte) string {
	var text strings.Builder
	_ = ast.Walk(node, func(node ast.Node, entering bool) (ast.WalkStatus, error) { // the function gives no error
		switch node := node.(type) {
		case *ast.Text:
			if entering {
				text.Write(node.Segment.Value(source))
				if node.SoftLineBreak() {
					text.WriteByte(' ')
				}
			}
		case *ast.FencedCodeBlock:
			if entering {
				text.Write(node.Lines().Value(source))
			}
		default:
			if !entering && node.Type() == ast.TypeBlock {
				text.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(text.String()), " ")
}

// safe tells whether an address may stand in a link: a relative one, or https. Others could run a script.
func safe(address string) bool {
	return !html.IsDangerousURL([]byte(address))
}
