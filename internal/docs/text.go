package docs

import (
	"fmt"
	"io"
	"strings"
)

// margin is the width of the column of names.
const margin = 13

// Print writes an article for a terminal.
func (a Article) Print(out io.Writer) {
	fmt.Fprintf(out, "%s: %s\n\n%s\n\n", a.ID, a.Title, a.Why)
	for _, part := range a.Parts {
		name := part.Name
		for _, item := range part.Items {
			fmt.Fprintf(out, "%-*s%s\n", margin, name, item.plain())
			name = ""
		}
	}
	for _, example := range a.Examples {
		text := example.Name
		if example.Text != "" {
			text = example.Text
		}
		yaml := strings.TrimRight(example.YAML, "\n")
		fmt.Fprintf(out, "\n%s:\n\n    %s\n", text, strings.ReplaceAll(yaml, "\n", "\n    "))
	}
}

func (i Item) plain() string {
	if i.URL != "" {
		return i.URL
	}
	return strings.TrimSpace(i.Code + " " + i.Text)
}
