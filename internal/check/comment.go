package check

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"winpolicy/internal/manifest"
)

// ignoreMark begins a comment that ignores a rule.
const ignoreMark = "winpolicy:ignore"

// comment is the text behind the mark of a comment.
type comment struct {
	text         string
	line, covers int
}

// comments returns the comments with the mark. A comment behind a field covers the findings of its line. A comment on a line of
// its own covers those of the next line that is no comment.
func comments(document manifest.Document) []comment {
	inText := marksInText(document)
	var all []comment
	waiting := 0 // comments that cover the next line
	line, seen := document.Line-1, 0
	for text := range strings.Lines(string(document.Raw)) {
		line++
		before, says, marked := markOf(text, seen, inText)
		seen += strings.Count(text, ignoreMark)
		if bare := strings.TrimSpace(text); bare == "" || strings.HasPrefix(bare, "#") {
			if marked {
				all = append(all, comment{says, line, 0})
				waiting++
			}
			continue
		}
		for i := range waiting {
			all[len(all)-1-i].covers = line
		}
		waiting = 0
		if marked && before != "" {
			all = append(all, comment{says, line, line})
		}
	}
	for i := range waiting { // nothing follows
		all[len(all)-1-i].covers = line
	}
	return all
}

// commentStart is the end of what is before a mark in a comment.
var commentStart = regexp.MustCompile(`(^|[ \t])#[ \t]*$`)

// markOf returns what is before and behind the first mark of a line that is in a comment. seen is how many marks the lines
// above have.
func markOf(line string, seen int, inText map[int]bool) (before, behind string, found bool) {
	for at := 0; ; seen++ {
		next := strings.Index(line[at:], ignoreMark)
		if next < 0 {
			return "", "", false
		}
		before, behind = line[:at+next], line[at+next+len(ignoreMark):]
		if !inText[seen] && commentStart.MatchString(before) {
			return strings.TrimSpace(before), behind, true
		}
		at += next + len(ignoreMark)
	}
}

// numbered is what marksInText writes in the place of a mark.
var numbered = regexp.MustCompile(`winpolicy-ignore-(\d+)-`)

// marksInText tells which marks, counted from 0, are in a value or a key and not in a comment. It gives each mark a number, and
// looks for the numbers in what the document reads as. A document that cannot be read has none.
func marksInText(document manifest.Document) map[int]bool {
	var text bytes.Buffer
	for i, part := range bytes.Split(document.Raw, []byte(ignoreMark)) {
		if i > 0 {
			fmt.Fprintf(&text, "winpolicy-ignore-%d-", i-1)
		}
		text.Write(part)
	}
	document.Raw = text.Bytes()
	tree, err := document.Tree()
	if err != nil {
		return nil
	}
	found := map[int]bool{}
	collect(tree.Values, found)
	return found
}

// collect adds the numbers in a value.
func collect(value any, found map[int]bool) {
	switch value := value.(type) {
	case string:
		for _, match := range numbered.FindAllStringSubmatch(value, -1) {
			if number, err := strconv.Atoi(match[1]); err == nil {
				found[number] = true
			}
		}
	case []any:
		for _, item := range value {
			collect(item, found)
		}
	case map[string]any:
		for key, item := range value {
			collect(key, found)
			collect(item, found)
		}
	}
}
