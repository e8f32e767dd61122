package repository

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"golang.org/x/net/html"
)

// codeQuality is what GitLab documents of its Code Quality reports, as a JSON Schema.
const codeQuality = `{
  "type": "array",
  "items": {
    "type": "object",
    "required": ["description", "check_name", "fingerprint", "severity", "location"],
    "properties": {
      "description": {"type": "string", "minLength": 1},
      "check_name": {"type": "string", "minLength": 1},
      "fingerprint": {"type": "string", "minLength": 1},
      "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
      "location": {
        "type": "object",
        "required": ["path", "lines"],
        "properties": {
          "path": {"type": "string", "pattern": "^[^/.]"},
          "lines": {"type": "object", "required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
        }
      }
    }
  }
}`

// quality is an entry of a Code Quality report.
type quality struct {
	Description, Fingerprint, Severity string
	Check                              string `json:"check_name"`
	Location                           struct {
		Path  string
		Lines struct{ Begin int }
	}
}

func codeQualityOf(t *testing.T, text string) []quality {
	validate(t, codeQuality, text)
	var all []quality
	require.NoError(t, json.Unmarshal([]byte(text), &all))
	prints := map[string]bool{}
	for _, one := range all {
		require.False(t, prints[one.Fingerprint], "GitLab shows one of two entries with the same fingerprint")
		prints[one.Fingerprint] = true
	}
	return all
}

func readGitLab(t *testing.T, text string) []found {
	var all []found
	for _, one := range codeQualityOf(t, text) {
		if one.Check == "winpolicy" {
			continue // an error
		}
		object, message, _ := strings.Cut(one.Description, ": ")
		all = append(all, found{
			File: one.Location.Path, Rule: one.Check, Severity: map[string]string{"critical": "deny", "major": "warn", "info": "note"}[one.Severity],
			Line: one.Location.Lines.Begin, Object: object, Message: message,
		})
	}
	return all
}

// readMarkdown reads the table as GitHub's Markdown.
func readMarkdown(t *testing.T, text string) []found {
	var page strings.Builder
	require.NoError(t, goldmark.New(goldmark.WithExtensions(extension.GFM)).Convert([]byte(text), &page))
	root, err := html.Parse(strings.NewReader(page.String()))
	require.NoError(t, err)
	var all []found
	for row := range root.Descendants() {
		if row.Data != "tr" || row.Parent.Data != "tbody" {
			continue
		}
		var cells []string
		one := found{}
		for inner := range row.Descendants() {
			switch inner.Data {
			case "td":
				cells = append(cells, textOf(inner))
			case "a":
				one.Help = inner.Attr[0].Val
			}
		}
		at := strings.LastIndex(cells[1], ":")
		one.Severity, one.File, one.Line, one.Object, one.Message = cells[0], shown(cells[1][:at]), number(t, cells[1][at+1:]), shown(cells[2]), shown(cells[3])
		one.Rule = one.Message[strings.LastIndex(one.Message, "(")+1 : len(one.Message)-1]
		all = append(all, one)
	}
	return all
}

func textOf(node *html.Node) string {
	var text strings.Builder
	for inner := range node.Descendants() {
		if inner.Type == html.TextNode {
			text.WriteString(inner.Data)
		}
	}
	return text.String()
}
