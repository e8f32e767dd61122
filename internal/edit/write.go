package edit

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
)

func isComposed(value any) bool {
	switch value.(type) {
	case map[string]any, []any:
		return true
	}
	return false
}

// step returns by how much the keys in a map of a map are indented: as in the maps beside them, or else as in the document.
func (p *page) step(n *yaml.Node, indent int) int {
	for i := 1; i < len(n.Content); i += 2 {
		if child := n.Content[i]; child.Kind == yaml.MappingNode && !p.isFlow(child) && len(child.Content) > 0 {
			if step := child.Content[0].Column - 1 - indent; step > 0 {
				return step
			}
		}
	}
	for _, root := range p.roots {
		if step := p.stepIn(root); step > 0 {
			return step
		}
	}
	return 2
}

// stepIn returns by how much the first map in a map is indented, or 0.
func (p *page) stepIn(n *yaml.Node) int {
	for i, child := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 1 && child.Kind == yaml.MappingNode && !p.isFlow(n) && !p.isFlow(child) && len(child.Content) > 0 {
			return child.Content[0].Column - n.Content[0].Column
		}
		if step := p.stepIn(child); step > 0 {
			return step
		}
	}
	return 0
}

// below returns the indentation of a value on the lines below its key.
func (p *page) below(value any, indent int) int {
	if _, isList := value.([]any); isList {
		return indent + p.listStep(2)
	}
	return indent + 2
}

// listStep returns by how much most lists of the document are indented below their keys: step or 0.
func (p *page) listStep(step int) int {
	if p.indented < 0 {
		return 0
	}
	return step
}

// block writes a map or a list as lines. step is the indentation of maps in maps.
func (p *page) block(value any, indent, step int) string {
	pad := strings.Repeat(" ", indent)
	var lines strings.Builder
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			lines.WriteString(pad + p.scalar(key, 0, false) + ":" + p.blockEntry(value[key], indent, step))
		}
	case []any:
		for _, item := range value {
			text := p.flow(item) + "\n"
			if inner, ok := item.(map[string]any); ok && len(inner) > 0 {
				text = p.block(inner, indent+2, step)[indent+2:]
			}
			lines.WriteString(pad + "- " + text)
		}
	}
	return lines.String()
}

// blockEntry writes what follows the colon of a key.
func (p *page) blockEntry(value any, indent, step int) string {
	switch value := value.(type) {
	case map[string]any:
		if len(value) > 0 {
			return "\n" + p.block(value, indent+step, step)
		}
	case []any:
		if len(value) > 0 {
			return "\n" + p.block(value, indent+p.listStep(step), step)
		}
	}
	return " " + p.flow(value) + "\n"
}

// flow writes any value in one line.
func (p *page) flow(value any) string {
	if p.json {
		return jsonText(value)
	}
	var parts []string
	switch value := value.(type) {
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			parts = append(parts, p.scalar(key, 0, true)+": "+p.flow(value[key]))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		for _, item := range value {
			parts = append(parts, p.flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return p.scalar(value, 0, true)
}

// scalar writes a scalar in the quotes of another one, or without quotes where it reads the same.
func (p *page) scalar(value any, style yaml.Style, inFlow bool) string {
	text, isText := value.(string)
	if p.json || !isText {
		return jsonText(value)
	}
	printable := !strings.ContainsFunc(text, func(char rune) bool {
		return char < ' ' || char == 0x7f || char == 0x85 || char == 0x2028 || char == 0x2029 || char == 0xfeff
	})
	switch {
	case style&yaml.DoubleQuotedStyle != 0 || !printable:
		return jsonText(text)
	case style&yaml.SingleQuotedStyle != 0 || !isPlainSafe(text, inFlow):
		return "'" + strings.ReplaceAll(text, "'", "''") + "'"
	}
	return text
}

// isPlainSafe tells whether a text reads as itself without quotes.
func isPlainSafe(text string, inFlow bool) bool {
	if text == "" || strings.ContainsAny(text[:1], ",[]{}#&*!|>'\"%@` \t=<~") || strings.HasSuffix(text, " ") || strings.HasSuffix(text, ":") {
		return false
	}
	if strings.ContainsAny(text[:1], "-?:") && (len(text) == 1 || text[1] == ' ' || strings.HasPrefix(text, "---")) {
		return false
	}
	if strings.Contains(text, ": ") || strings.Contains(text, " #") || inFlow && strings.ContainsAny(text, ",[]{}") {
		return false
	}
	return manifest.IsPlainText(text)
}

// jsonText writes JSON without escapes for HTML.
func jsonText(value any) string {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "null" // the check of the result refuses it
	}
	return strings.TrimSuffix(text.String(), "\n")
}
