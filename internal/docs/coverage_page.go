package docs

import (
	"fmt"
	"strings"
)

// Page writes the table as a page: what each entry says, by the headings of the source, and then every line.
func (t Coverage) Page() []byte {
	var text strings.Builder
	fmt.Fprintf(&text, "%s\n# Coverage of the documentation\n\n", Header)
	fmt.Fprintf(&text, "On this page you find which rules encode a sentence of the Kubernetes documentation. The source is two pages:\n"+
		"%s (%s, %d lines). The page lists every line in other words. A statement that can be checked\n"+
		"has the rules that encode it, or the reason why no rule does. If a line is out of date, the last column has what\n"+
		"Kubernetes 1.37 says.\n\n%s %s\n",
		Prose(t.Source.Title), Prose(t.Source.Version), t.Source.Lines, Prose(t.Source.Today), t.count())
	var rows [][]string
	flush := func() {
		if len(rows) > 0 {
			text.WriteString("\n" + Table([]string{"Lines", "Kind", "What they say", "Rules, or why there is no rule", "Today"}, rows))
		}
		rows = nil
	}
	for _, entry := range t.Entries {
		if entry.Kind == Heading {
			flush()
			fmt.Fprintf(&text, "\n## %s: %s\n", entry.title(), Prose(strings.TrimSuffix(entry.Says, ".")))
			continue
		}
		rows = append(rows, []string{entry.Span(), entry.Kind, Prose(entry.Says), entry.encoded(), Prose(entry.Today)})
	}
	flush()
	text.WriteString("\n## Beyond these pages\n\n")
	for _, beyond := range t.Beyond {
		fmt.Fprintf(&text, "- %s: %s\n", link(beyond.Rule), Prose(beyond.Why))
	}
	text.WriteString("\n## Considered without a rule\n\n")
	for _, omitted := range t.Omitted {
		fmt.Fprintf(&text, "- %s %s\n", Prose(omitted.What), Prose(omitted.Why))
	}
	text.WriteString("\n## Every line\n\nThe number of each line, the first twelve digits of the SHA-256 of its bytes without the newline, and its entry.\n\n```text\n")
	for _, entry := range t.Entries {
		for _, number := range entry.numbers() {
			fmt.Fprintf(&text, "%3d  %s  %-11s  %s\n", number, entry.Lines[number], entry.Kind, entry.Span())
		}
	}
	text.WriteString("```\n")
	return []byte(text.String())
}

// count sums up the entries.
func (t Coverage) count() string {
	kinds := map[string]int{}
	encoded := 0
	for _, entry := range t.Entries {
		kinds[entry.Kind]++
		if len(entry.Rules) > 0 {
			encoded++
		}
	}
	return fmt.Sprintf("There are %d statements, of which rules encode %d, beside %d explanations and %d headings.",
		kinds[Statement], encoded, kinds[Explanation], kinds[Heading])
}

func (e Entry) title() string {
	if len(e.Lines) == 1 {
		return "Line " + e.Span()
	}
	return "Lines " + e.Span()
}

func (e Entry) encoded() string {
	var links []string
	for _, id := range e.Rules {
		links = append(links, link(id))
	}
	return strings.Join(links, ", ") + Prose(e.Reason)
}

func link(rule string) string { return fmt.Sprintf("[%s](rules/%s.md)", rule, rule) }
