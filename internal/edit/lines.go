package edit

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/rogpeppe/go-internal/diff"

	"winpolicy/internal/finding"
)

// Changes returns the changes of the file for one edit, from the first line to the last.
func (o *Original) Changes(edit Edit) ([]finding.Change, error) {
	text, refused := o.Apply([]Edit{edit})
	if refused[0] != nil {
		return nil, refused[0]
	}
	return changes(o.document.Raw, text, o.document.Line)
}

// changes returns the lines that differ. line is the line of the file on which the texts begin.
func changes(before, after []byte, line int) ([]finding.Change, error) {
	var all []finding.Change
	at := 0 // the line of before, from 1
	open := false
	_, hunks, _ := bytes.Cut(diff.Diff("a", before, "b", after), []byte("\n+++ b\n"))
	for text := range bytes.Lines(hunks) {
		kind, rest := text[0], string(text[1:])
		switch {
		case kind == '@':
			if _, err := fmt.Sscanf(rest, "@ -%d,", &at); err != nil {
				return nil, fmt.Errorf("read a diff: %w", err)
			}
			at = max(at, 1)
			open = false
			continue
		case kind == '\\': // the line before has no line end
			if final := len(all) - 1; open {
				all[final].Text = strings.TrimSuffix(all[final].Text, "\n")
			}
			continue
		case kind == ' ':
			at, open = at+1, false
			continue
		}
		if !open {
			all = append(all, finding.Change{Line: line + at - 1, EndLine: line + at - 1})
			open = true
		}
		change := &all[len(all)-1]
		if kind == '-' {
			at++
			change.EndLine++
		} else {
			change.Text += rest
		}
	}
	return all, nil
}

// Diff returns the change of a file as a unified diff. It is empty if nothing changed.
func Diff(name string, before, after []byte) []byte {
	name = strings.TrimPrefix(name, "/")
	text := diff.Diff("a/"+name, before, "b/"+name, after)
	_, text, _ = bytes.Cut(text, []byte("\n")) // the line of the command, which other diffs do not have
	return text
}
