package symptom

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// word is a place in a text: from the byte start to the byte before end.
type word struct{ start, end int }

// maxWord is how many bytes a word of a phrase has at most.
const maxWord = 64

// dots is the word for two dots.
const dots = ".."

// next returns the first word of the text from a place on.
func next(text string, at int) (word, bool) {
	for at < len(text) {
		if size := ignored(text[at:]); size > 0 {
			at += size
			continue
		}
		char, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case isPart(char):
			return word{at, end(text, at+size)}, true
		case char == '.':
			run := len(text[at:]) - len(strings.TrimLeft(text[at:], "."))
			if run == len(dots) {
				return word{at, at + run}, true
			}
			size = run
		}
		at += size
	}
	return word{}, false
}

// end returns the end of a word.
func end(text string, at int) int {
	for at < len(text) {
		char, size := utf8.DecodeRuneInString(text[at:])
		if !isPart(char) {
			break
		}
		at += size
	}
	return at
}

func isPart(char rune) bool { return unicode.IsLetter(char) || unicode.IsDigit(char) }

// ignored returns the length of what has letters and is no word: a line break as JSON escapes it, or the colour of a
// terminal.
func ignored(text string) int {
	if len(text) < 2 {
		return 0
	}
	switch {
	case text[0] == '\\' && strings.IndexByte("nrt", text[1]) >= 0:
		return 2
	case text[:2] == "\x1b[":
		size := 2
		for size < len(text) && size < maxWord && (text[size] == ';' || text[size] >= '0' && text[size] <= '9') {
			size++
		}
		return min(size+1, len(text))
	}
	return 0
}

// text returns the word as phrases are compared: in lower case, and an error code of Windows in one notation. A word longer
// than any of a phrase is "".
func (w word) text(all string) string {
	one := all[w.start:w.end]
	if len(one) > maxWord {
		return ""
	}
	one = strings.ToLower(one)
	if one[0] > '9' && one[0] != 'c' {
		return one
	}
	negative := w.start > 0 && all[w.start-1] == '-'
	if code, ok := code(one, negative); ok {
		return "0x" + strconv.FormatUint(uint64(code), 16)
	}
	return one
}

// code reads an error code. A number without 0x is one only if its highest digit is 8 or c, as in every HRESULT and NTSTATUS
// of an error.
func code(one string, negative bool) (uint32, bool) {
	if digits, ok := strings.CutPrefix(one, "0x"); ok {
		value, err := strconv.ParseUint(digits, 16, 32)
		return uint32(value), err == nil
	}
	if len(one) == 8 && !negative {
		if value, err := strconv.ParseUint(one, 16, 32); err == nil && isError(uint32(value)) {
			return uint32(value), true
		}
	}
	value, err := strconv.ParseInt(one, 10, 64)
	if err != nil || value > 1<<32-1 {
		return 0, false
	}
	if negative {
		value = 1<<32 - value
	}
	return uint32(value), value > 0 && isError(uint32(value))
}

func isError(code uint32) bool { return code>>28 == 0x8 || code>>28 == 0xc }

func isCode(one string) bool { return strings.HasPrefix(one, "0x") }
