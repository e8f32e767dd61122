package report

import (
	"fmt"
	"strings"
	"unicode"

	"winpolicy/internal/jsontext"
)

// Escape makes text from input safe for a terminal and for the log of a CI system. Characters that do not print, or that
// change the direction of text, become \u{…}. Nothing in the text can be taken for a command of a CI system.
func Escape(text string) string {
	return jsontext.Visible(withoutCommands(text), isUnsafe)
}

// withoutCommands escapes a character of what a CI system takes for a command. The agent of Azure Pipelines and the runner
// of GitHub find `##vso[` and `##[` anywhere in a line. The runner finds `::` behind the white space at the start of a line.
func withoutCommands(text string) string {
	trimmed := strings.TrimLeftFunc(text, unicode.IsSpace)
	if strings.HasPrefix(trimmed, "::") || strings.HasPrefix(trimmed, "##") {
		text = fmt.Sprintf(`\u{%x}`, trimmed[0]) + trimmed[1:]
	}
	return strings.NewReplacer("##vso[", `\u{23}#vso[`, "##[", `\u{23}#[`).Replace(text)
}

// EscapeLines is Escape for a text that has lines of its own.
func EscapeLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.ReplaceAll(Escape(strings.ReplaceAll(line, "\t", "    ")), "\r", "")
	}
	return strings.Join(lines, "\n")
}

// isUnsafe tells whether a character does not print, or hides or reorders others.
func isUnsafe(char rune) bool {
	return char < ' ' || jsontext.IsUnsafe(char) || char == unicode.ReplacementChar
}
