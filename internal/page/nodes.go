package page

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// nodes renders what differs from goldmark's own HTML: links lead elsewhere, and what is wide can be scrolled by keyboard.
type nodes struct{ links Links }

// RegisterFuncs tells goldmark which nodes are rendered here.
func (n nodes) RegisterFuncs(register renderer.NodeRendererFuncRegisterer) {
	register.Register(ast.KindLink, n.link)
	register.Register(ast.KindImage, n.image)
	register.Register(ast.KindFencedCodeBlock, n.block)
	register.Register(tables.KindTable, n.table)
	register.Register(ast.KindHeading, n.heading)
}

func (n nodes) link(out util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	link, ok := node.(*ast.Link)
	if !ok {
		return ast.WalkContinue, nil
	}
	address := string(link.Destination)
	if n.links.To != nil {
		address = n.links.To(address)
	}
	tag := "a"
	if address == "" || !safe(address) {
		tag = "span"
	}
	switch {
	case !entering:
		fmt.Fprintf(out, "</%s>", tag)
	case tag == "a":
		fmt.Fprintf(out, `<a href="%s">`, util.EscapeHTML(util.URLEscape([]byte(address), true)))
	default:
		_, _ = out.WriteString(`<span class="file">`)
	}
	return ast.WalkContinue, nil
}

func (n nodes) image(out util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	image, ok := node.(*ast.Image)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	address := string(image.Destination)
	if n.links.To != nil {
		address = n.links.To(address)
	}
	if safe(address) {
		fmt.Fprintf(out, `<img src="%s" alt="%s">`, util.EscapeHTML(util.URLEscape([]byte(address), true)), util.EscapeHTML([]byte(words(node, source))))
	}
	return ast.WalkSkipChildren, nil
}

// heading has a link to itself, so that a reader can pass it on.
func (n nodes) heading(out util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	heading, ok := node.(*ast.Heading)
	if !ok {
		return ast.WalkContinue, nil
	}
	id, _ := heading.AttributeString("id")
	name, _ := id.([]byte)
	if entering {
		fmt.Fprintf(out, `<h%d id="%s">`, heading.Level, util.EscapeHTML(name))
		return ast.WalkContinue, nil
	}
	if heading.Level > 1 {
		fmt.Fprintf(out, ` <a class="anchor" href="#%s" aria-label="Link to this section">#</a>`, util.EscapeHTML(name))
	}
	fmt.Fprintf(out, "</h%d>\n", heading.Level)
	return ast.WalkContinue, nil
}

func (n nodes) block(out util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	block, ok := node.(*ast.FencedCodeBlock)
	if !ok || !entering {
		return ast.WalkContinue, nil
	}
	code := block.Lines().Value(source)
	language := string(block.Language(source))
	fmt.Fprintf(out, `<div class="block"><pre tabindex="0"><code class="%s">%s</code></pre>`, util.EscapeHTML([]byte(language)), util.EscapeHTML(code))
	if language == "yaml" && n.links.Try != nil {
		if address := n.links.Try(string(code)); address != "" {
			fmt.Fprintf(out, `<a class="try" href="%s">Try this manifest</a>`, util.EscapeHTML([]byte(address)))
		}
	}
	_, _ = out.WriteString("</div>\n")
	return ast.WalkSkipChildren, nil
}

func (n nodes) table(out util.BufWriter, _ []byte, _ ast.Node, entering bool) (ast.WalkStatus, error) {
	text := "</table></div>\n"
	if entering {
		text = `<div class="scroll" tabindex="0"><table>` + "\n"
	}
	_, err := out.WriteString(text)
	return ast.WalkContinue, err
}

// IsManifest tells whether a block of YAML is a Kubernetes object, and so something to judge.
func IsManifest(yaml string) bool {
	var version, kind bool
	for line := range strings.Lines(yaml) {
		version = version || strings.HasPrefix(line, "apiVersion:") && !strings.Contains(line, "winpolicy/")
		kind = kind || strings.HasPrefix(line, "kind:")
	}
	return version && kind
}
