// Package symptom finds in a text what a cluster shows: the words of an event, a state or an error.
//
// A symptom is a phrase as METADATA writes it. It is in a text if its words follow one another there. A word is a run of
// letters and digits. Case, white space, line breaks, quotes and all other punctuation between words do not count, so a
// phrase is also found where a terminal wraps it or where JSON escapes it. Two dots are a word of their own, because errors
// about paths quote them.
//
// The mark … in a phrase stands for a name or a value of up to maxGap words, and a phrase covers up to maxSpan bytes. An error code of Windows is the same number in
// every notation: 0xC0370101, c0370101, 3224830209 and -1070137087.
package symptom

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Gap is the mark that stands for a name or a value in a phrase.
const Gap = "…"

const (
	// maxGap is how many words a gap stands for at most. The name of an object, an id and the wrapping of an error fit.
	maxGap = 24
	// maxSpan is how many bytes of a text a phrase covers at most, so that a long blank or word is read a few times only.
	maxSpan = 4 << 10
	// maxWords is how many words a phrase has at most. It bounds the work for each word of a text.
	maxWords = 32
	// minLetters is how many letters and digits a phrase has at least. A shorter one would be in every text.
	minLetters = 5
	// codeWeight is the weight of an error code. It tells as much as the sentence that Windows has for it.
	codeWeight = 8
)

// phrase is a symptom in words.
type phrase struct {
	text   string
	parts  [][]string // between them is a gap
	weight int
}

// Check returns what is wrong with a symptom, and what to write.
func Check(text string) error {
	_, err := parse(text)
	return err
}

func parse(text string) (phrase, error) {
	made := phrase{text: text}
	count, letters := 0, 0
	for _, part := range strings.Split(text, Gap) {
		var words []string
		for at := 0; ; {
			found, ok := next(part, at)
			if !ok {
				break
			}
			if found.end-found.start > maxWord {
				return made, fmt.Errorf("the word %q has more than %d bytes; shorten the symptom", part[found.start:found.end], maxWord)
			}
			one := found.text(part)
			words = append(words, one)
			letters += len(one)
			made.weight++
			if isCode(one) {
				made.weight += codeWeight - 1
			}
			at = found.end
		}
		count += len(words)
		made.parts = append(made.parts, words)
	}
	switch {
	case slices.ContainsFunc(made.parts, func(words []string) bool { return len(words) == 0 }) && len(made.parts) > 1:
		return made, fmt.Errorf("write words before and after each %s", Gap)
	case letters < minLetters:
		return made, fmt.Errorf("fewer than %d letters are in too many texts; write more of what the cluster shows", minLetters)
	case count > maxWords:
		return made, fmt.Errorf("more than %d words; write the part that tells", maxWords)
	}
	return made, nil
}

// Index finds symptoms in texts. It is safe for concurrent use.
type Index struct {
	byWord map[string][]phrase // by the first word
}

// NewIndex returns an index of some symptoms. The error names each one that Check refuses.
func NewIndex(texts []string) (*Index, error) {
	index := &Index{byWord: map[string][]phrase{}}
	var problems []error
	for _, text := range texts {
		made, err := parse(text)
		if err != nil {
			problems = append(problems, fmt.Errorf("%q: %w", text, err))
			continue
		}
		first := made.parts[0][0]
		index.byWord[first] = append(index.byWord[first], made)
	}
	return index, errors.Join(problems...)
}

// Match is a symptom in a text.
type Match struct {
	Symptom string
	Weight  int // how many words it has; an error code counts as a sentence
	Start   int // byte of the text with its first word
	End     int // byte after its last word
}

// Find returns the symptoms that are in a text, each once, at its first place, in the order of the places. Any bytes are a
// text. The work is proportional to its length.
func (x *Index) Find(text string) []Match {
	var all []Match
	seen := map[string]bool{}
	for at := 0; ; {
		found, ok := next(text, at)
		if !ok {
			return all
		}
		at = found.end
		for _, one := range x.byWord[found.text(text)] {
			if seen[one.text] {
				continue
			}
			if end, ok := one.follows(text[:min(len(text), found.start+maxSpan)], found.start); ok {
				seen[one.text] = true
				all = append(all, Match{Symptom: one.text, Weight: one.weight, Start: found.start, End: end})
			}
		}
	}
}

// follows tells whether the phrase begins at a place of the text, and gives its end. Each part is taken at its first place
// behind the part before it.
func (p phrase) follows(text string, at int) (int, bool) {
	for i, part := range p.parts {
		skip := 0
		if i > 0 {
			skip = maxGap
			found, ok := next(text, at)
			if !ok {
				return 0, false
			}
			at = found.end // a gap is one word at least
		}
		end, ok := within(text, at, part, skip)
		if !ok {
			return 0, false
		}
		at = end
	}
	return at, true
}

// within looks for the words behind a place of the text, with at most skip other words before them.
func within(text string, at int, words []string, skip int) (end int, ok bool) {
	for range skip + 1 {
		if end, ok := same(text, at, words); ok {
			return end, true
		}
		passed, ok := next(text, at)
		if !ok {
			return 0, false
		}
		at = passed.end
	}
	return 0, false
}

// same tells whether the next words of the text are these.
func same(text string, at int, words []string) (end int, ok bool) {
	for _, word := range words {
		found, ok := next(text, at)
		if !ok || found.text(text) != word {
			return 0, false
		}
		at = found.end
	}
	return at, true
}
