// Package picture draws what a program wrote to a terminal, as SVG that stays text.
package picture

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode/utf8"
)

// The size of a character and the margin, in pixels.
const (
	charWidth, lineHeight, margin = 8.4, 20, 16
)

// style maps the codes of colours and weights to classes of the picture.
var style = map[string]string{"1": "bold", "2": "faint", "31": "red", "33": "yellow", "36": "blue"}

var code = regexp.MustCompile("\x1b\\[([0-9;]*)m")

// SVG draws lines of text with the escape sequences for colour and weight that winpolicy writes. Other sequences are an error.
// description says what the picture shows, for people who do not see it. columns is the width of the terminal.
func SVG(text, description string, columns int) ([]byte, error) {
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	width, height := float64(columns)*charWidth+2*margin, len(lines)*lineHeight+2*margin
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0f %d" width="%.0f" height="%d" role="img" aria-label="%s">
<style>
rect { fill: #f4f6f8; } text { fill: #1d2329; font: 14px ui-monospace, "Cascadia Mono", Menlo, Consolas, "Liberation Mono", monospace; white-space: pre; }
.bold { font-weight: 700; } .faint { fill: #56616c; } .red { fill: #b3261e; font-weight: 700; } .yellow { fill: #8a5300; font-weight: 700; } .blue { fill: #2c5f8a; }
@media (prefers-color-scheme: dark) { rect { fill: #1e242b; } text { fill: #e2e6ea; } .faint { fill: #a0abb6; } .red { fill: #ff9a90; } .yellow { fill: #f0b862; } .blue { fill: #8cc4f2; } }
</style>
<rect width="100%%" height="100%%" rx="6"/>
`, width, height, width, height, html.EscapeString(description))
	for i, line := range lines {
		if err := draw(&out, line, margin+(i+1)*lineHeight-6); err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	out.WriteString("</svg>\n")
	return []byte(out.String()), nil
}

// draw writes the parts of a line, each at its own column, because fonts differ.
func draw(out *strings.Builder, line string, y int) error {
	class, column, begin := "", 0, 0
	part := func(text string) {
		if strings.TrimSpace(text) != "" {
			lead := utf8.RuneCountInString(text) - utf8.RuneCountInString(strings.TrimLeft(text, " "))
			shown := strings.TrimSpace(text)
			fmt.Fprintf(out, `<text x="%.1f" y="%d" textLength="%.1f"`, margin+float64(column+lead)*charWidth, y, float64(utf8.RuneCountInString(shown))*charWidth)
			if class != "" {
				fmt.Fprintf(out, ` class="%s"`, class)
			}
			fmt.Fprintf(out, ">%s</text>\n", html.EscapeString(shown))
		}
		column += utf8.RuneCountInString(text)
	}
	for _, place := range code.FindAllStringSubmatchIndex(line, -1) {
		part(line[begin:place[0]])
		begin = place[1]
		number := line[place[2]:place[3]]
		known, ok := style[number]
		if !ok && number != "0" && number != "" {
			return fmt.Errorf("unknown escape sequence %q", line[place[0]:place[1]])
		}
		class = known
	}
	if rest := line[begin:]; strings.Contains(rest, "\x1b") {
		return fmt.Errorf("unknown escape sequence in %q", rest)
	}
	part(line[begin:])
	return nil
}
