package gotest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
)

// spelling writes an object in some way, with the way to the object in the document.
type spelling struct {
	name  string
	write func(t *testing.T, node *yaml.Node) string
	path  []string
}

// spellings are the ways in which people and tools write manifests.
func spellings() []spelling {
	all := []spelling{
		{name: "indent 2", write: encoded(2)},
		{name: "indent 4", write: encoded(4)},
		{name: "lists without indent", write: compact},
		{name: "flow", write: styled(func(n *yaml.Node, _ int) { n.Style = yaml.FlowStyle })},
		{name: "flow from depth 3", write: styled(func(n *yaml.Node, depth int) {
			if depth >= 3 && n.Kind != yaml.ScalarNode {
				n.Style = yaml.FlowStyle
			}
		})},
		{name: "double quotes", write: styled(texts(yaml.DoubleQuotedStyle))},
		{name: "single quotes", write: styled(texts(yaml.SingleQuotedStyle))},
		{name: "block scalars", write: styled(texts(yaml.LiteralStyle))},
		{name: "anchors", write: styled(func() func(*yaml.Node, int) {
			count := 0
			return func(n *yaml.Node, depth int) {
				if count++; depth > 0 {
					n.Anchor = fmt.Sprintf("a%d", count)
				}
			}
		}())},
		{name: "JSON", write: compactJSON},
		{name: "JSON with lines", write: linesOfJSON("  ")},
		{name: "JSON with tabs", write: linesOfJSON("\t")},
		{name: "comments", write: commented},
		{name: "the second item of a List", path: []string{"items", "1"}, write: func(t *testing.T, n *yaml.Node) string {
			item := "  - " + strings.ReplaceAll(strings.TrimSuffix(encoded(2)(t, n), "\n"), "\n", "\n    ")
			return "apiVersion: v1\nkind: List\nitems: # all\n  - {apiVersion: v1, kind: Secret, metadata: {name: first}}\n" + item + "\n  # last\n  - {apiVersion: v1, kind: Secret, metadata: {name: last}}\n"
		}},
	}
	for _, base := range all[:] {
		if base.name == "comments" || base.name == "indent 2" || base.name == "JSON with lines" || base.name == "block scalars" {
			all = append(all,
				spelling{name: base.name + ", CRLF", path: base.path, write: func(t *testing.T, n *yaml.Node) string {
					return strings.ReplaceAll(base.write(t, n), "\n", "\r\n")
				}},
				spelling{name: base.name + ", no final newline", path: base.path, write: func(t *testing.T, n *yaml.Node) string {
					return strings.TrimRight(base.write(t, n), "\n")
				}},
			)
		}
	}
	return all
}

// nodeOf gives the nodes of an object, without comments and styles. Keys are sorted.
func nodeOf(t *testing.T, object any) *yaml.Node {
	t.Helper()
	text, err := json.Marshal(object)
	require.NoError(t, err)
	var ordered yaml.Node
	require.NoError(t, yaml.Unmarshal(text, &ordered))
	var plain func(*yaml.Node)
	plain = func(n *yaml.Node) {
		n.Style = 0
		for _, child := range n.Content {
			plain(child)
		}
	}
	plain(&ordered)
	return ordered.Content[0]
}

func encoded(indent int) func(*testing.T, *yaml.Node) string {
	return func(t *testing.T, n *yaml.Node) string {
		var text bytes.Buffer
		encoder := yaml.NewEncoder(&text)
		encoder.SetIndent(indent)
		require.NoError(t, encoder.Encode(n))
		return text.String()
	}
}

// compact writes lists as kubectl does, below their keys.
func compact(t *testing.T, n *yaml.Node) string {
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	require.NoError(t, encoder.Encode(n))
	return text.String()
}

func styled(change func(n *yaml.Node, depth int)) func(*testing.T, *yaml.Node) string {
	return func(t *testing.T, n *yaml.Node) string {
		var visit func(*yaml.Node, int) *yaml.Node
		visit = func(n *yaml.Node, depth int) *yaml.Node {
			made := *n
			made.Content = nil
			for i, child := range n.Content {
				if n.Kind == yaml.MappingNode && i%2 == 0 {
					key := *child
					made.Content = append(made.Content, &key)
					continue
				}
				made.Content = append(made.Content, visit(child, depth+1))
			}
			change(&made, depth)
			return &made
		}
		return encoded(2)(t, visit(n, 0))
	}
}

func texts(style yaml.Style) func(*yaml.Node, int) {
	return func(n *yaml.Node, _ int) {
		if n.Kind == yaml.ScalarNode && n.ShortTag() == "!!str" {
			n.Style = style
		}
	}
}

func compactJSON(t *testing.T, n *yaml.Node) string {
	var value any
	require.NoError(t, n.Decode(&value))
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

func linesOfJSON(indent string) func(*testing.T, *yaml.Node) string {
	return func(t *testing.T, n *yaml.Node) string {
		var text bytes.Buffer
		require.NoError(t, json.Indent(&text, []byte(compactJSON(t, n)), "", indent))
		return text.String() + "\n"
	}
}

var plainLine = regexp.MustCompile(`^( *)(- |[^ ])`)

// commented writes a comment above each line, and one behind each line that is no part of a text over lines.
func commented(t *testing.T, n *yaml.Node) string {
	var text strings.Builder
	for i, line := range strings.Split(strings.TrimSuffix(encoded(2)(t, n), "\n"), "\n") {
		indent := plainLine.FindStringSubmatch(line)
		if strings.ContainsAny(line, "|>") || len(indent) == 0 {
			return encoded(2)(t, n) // a text over lines takes no comments
		}
		fmt.Fprintf(&text, "%s# above %d\n%s # behind %d\n", indent[1], i, line, i)
	}
	return text.String() + "# end\n"
}

// read gives the object at the path of a spelling.
func (s spelling) read(t *testing.T, document manifest.Document) any {
	t.Helper()
	tree, err := document.Tree()
	require.NoError(t, err)
	value := tree.Values[0]
	for _, key := range s.path {
		switch inner := value.(type) {
		case map[string]any:
			value = inner[key]
		case []any:
			value = inner[int(key[0]-'0')]
		}
	}
	return value
}
