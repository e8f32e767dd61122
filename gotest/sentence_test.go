package gotest

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extensionast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
)

// maxWords is the length of a sentence that a tired reader still takes in at once.
const maxWords = 30

// sentence is one sentence of a text.
type sentence struct {
	line int // of its first word, from 1
	text string
	cell bool // it stands in a table, whose cells may be long
}

// code stands for a code span. It is not a word.
const code = "\uFFFC"

// sentences gives what a page of Markdown says in prose: headings, paragraphs, items and cells. Code and block
// quotations are left out.
func sentences(page []byte) []sentence {
	markdown := goldmark.New(goldmark.WithExtensions(extension.GFM))
	var all []sentence
	_ = ast.Walk(markdown.Parser().Parse(text.NewReader(page)), func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch node.(type) {
		case *ast.Blockquote:
			return ast.WalkSkipChildren, nil
		case *ast.Paragraph, *ast.TextBlock, *ast.Heading, *extensionast.TableCell:
			all = append(all, split(spelled(node, page), lineOf(node, page), isCell(node))...)
			return ast.WalkSkipChildren, nil
		}
		return ast.WalkContinue, nil
	})
	return all
}

// spelled gives the words of a block, with a newline for each line break of its source.
func spelled(block ast.Node, page []byte) string {
	var words strings.Builder
	_ = ast.Walk(block, func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		switch node := node.(type) {
		case *ast.CodeSpan:
			if entering {
				words.WriteString(code + strings.Repeat("\n", strings.Count(spanText(node, page), "\n")))
			}
			return ast.WalkSkipChildren, nil
		case *ast.Text:
			if entering {
				words.Write(node.Segment.Value(page))
				if node.SoftLineBreak() || node.HardLineBreak() {
					words.WriteString("\n")
				}
			}
		}
		return ast.WalkContinue, nil
	})
	return words.String()
}

func spanText(span *ast.CodeSpan, page []byte) string {
	var all strings.Builder
	for child := span.FirstChild(); child != nil; child = child.NextSibling() {
		if piece, ok := child.(*ast.Text); ok {
			all.Write(piece.Segment.Value(page))
		}
	}
	return all.String()
}

func lineOf(block ast.Node, page []byte) int {
	if lines := block.Lines(); lines != nil && lines.Len() > 0 {
		return 1 + strings.Count(string(page[:lines.At(0).Start]), "\n")
	}
	return 1
}

func isCell(block ast.Node) bool {
	_, ok := block.(*extensionast.TableCell)
	return ok
}

var (
	quotation = regexp.MustCompile(`"[^"]*"|“[^”]*”`)
	// ending is the end of a sentence. The next one may begin with a small letter, as in containerd.
	ending = regexp.MustCompile(`[.!?][)"”]*(\s+)\S`)
	spaces = regexp.MustCompile(`\s+`)
	word   = regexp.MustCompile(`[\p{L}\d]`)
)

// split gives the sentences of a text that begins at a line. What stands in quotation marks becomes code.
func split(words string, line int, cell bool) []sentence {
	words = quotation.ReplaceAllStringFunc(words, func(quoted string) string {
		return code + strings.Repeat("\n", strings.Count(quoted, "\n"))
	})
	var all []sentence
	for words != "" {
		end, next := len(words), len(words)
		if found := ending.FindStringSubmatchIndex(words); found != nil {
			end, next = found[2], found[3]
		}
		all = append(all, sentence{line: line, text: spaces.ReplaceAllString(strings.TrimSpace(words[:end]), " "), cell: cell})
		line += strings.Count(words[:next], "\n")
		words = words[next:]
	}
	return all
}

// faults gives what is wrong with the sentences of a file, one line each: the file, the line, the reason, the sentence.
func faults(file string, all []sentence) []string {
	var found []string
	for _, one := range all {
		if count := one.words(); count > maxWords && !one.cell {
			found = append(found, fmt.Sprintf("%s:%d: %d words, at most %d: %s", file, one.line, count, maxWords, one.text))
		}
		for _, phrase := range phrases {
			if phrase.pattern.MatchString(one.text) {
				found = append(found, fmt.Sprintf("%s:%d: write %s: %s", file, one.line, phrase.better, one.text))
			}
		}
	}
	return found
}

func (s sentence) words() int {
	return len(slices.DeleteFunc(strings.Fields(s.text), func(field string) bool { return !word.MatchString(field) }))
}
