package docs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/catalog"
)

// The files of a project: the table, and the page that is made of it.
const (
	CoverageFile = "docs/coverage.yaml"
	CoveragePage = "docs/coverage.md"
)

// Coverage is the whole of CoverageFile: it accounts for every line of the pages that the rules began with.
type Coverage struct {
	Source  Covered   `yaml:"source"`
	Entries []Entry   `yaml:"entries"`
	Beyond  []Beyond  `yaml:"beyond"`
	Omitted []Omitted `yaml:"omitted"`
}

// Covered is the text whose lines are accounted for.
type Covered struct {
	Title   string `yaml:"title"`
	Version string `yaml:"version"`
	File    string `yaml:"file"` // its name, without a folder
	SHA256  string `yaml:"sha256"`
	Lines   int    `yaml:"lines"`
	Today   string `yaml:"today"` // what is meant by today in the entries
}

// The kinds of entries.
const (
	Heading     = "heading"
	Explanation = "explanation"
	Statement   = "statement" // one that can be checked
)

// Entry is one or several lines that say one thing.
type Entry struct {
	Lines  map[int]string `yaml:"lines"` // the number of each, from 1, and its Hash
	Kind   string         `yaml:"kind"`
	Says   string         `yaml:"says"`
	Rules  []string       `yaml:"rules"`  // of a statement: those that encode it
	Reason string         `yaml:"reason"` // of a statement that has no rules: why not
	Today  string         `yaml:"today"`  // what Kubernetes says now, where it says something else
}

// Beyond is a rule that no line asks for.
type Beyond struct {
	Rule string `yaml:"rule"`
	Why  string `yaml:"why"`
}

// Omitted is what was considered for a rule, beyond the source, and became none.
type Omitted struct {
	What string `yaml:"what"`
	Why  string `yaml:"why"`
}

var hash = regexp.MustCompile(`^[0-9a-f]{12}$`)

// Hash is the first twelve digits of the SHA-256 of a line, without its newline.
func Hash(line []byte) string {
	sum := sha256.Sum256(line)
	return hex.EncodeToString(sum[:])[:12]
}

// ParseCoverage reads the table. Everything that is wrong with it by itself is in the error; Check asks about the rules.
func ParseCoverage(text []byte) (Coverage, error) {
	var table Coverage
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(&table); err != nil {
		return Coverage{}, fmt.Errorf("%s: %w", CoverageFile, err)
	}
	problems := table.gaps()
	for _, entry := range table.Entries {
		problems = append(problems, entry.problems()...)
	}
	for _, beyond := range table.Beyond {
		if !strings.HasSuffix(beyond.Why, ".") {
			problems = append(problems, fmt.Errorf("%s: beyond: %s: say why the rule is there, ending with a full stop", CoverageFile, beyond.Rule))
		}
	}
	for _, omitted := range table.Omitted {
		if !strings.HasSuffix(omitted.What, ".") || !strings.HasSuffix(omitted.Why, ".") {
			problems = append(problems, fmt.Errorf("%s: omitted: %q: say what and why, each ending with a full stop", CoverageFile, omitted.What))
		}
	}
	return table, errors.Join(problems...)
}

// gaps tells the lines that no entry has, that two have, or that are out of order.
func (t Coverage) gaps() []error {
	var problems []error
	next := 1
	for _, entry := range t.Entries {
		for _, number := range entry.numbers() {
			if number != next {
				problems = append(problems, fmt.Errorf("%s: line %d stands where line %d has to", CoverageFile, number, next))
			}
			next = number + 1
		}
	}
	if next != t.Source.Lines+1 {
		problems = append(problems, fmt.Errorf("%s: the entries end with line %d, the source has %d", CoverageFile, next-1, t.Source.Lines))
	}
	return problems
}

func (e Entry) problems() []error {
	var problems []error
	must := func(holds bool, what string) {
		if !holds {
			problems = append(problems, fmt.Errorf("%s: lines %s: %s", CoverageFile, e.Span(), what))
		}
	}
	must(len(e.Lines) > 0, "an entry has at least one line")
	for _, digits := range e.Lines {
		must(hash.MatchString(digits), "a hash is twelve hexadecimal digits")
	}
	must(slices.Contains([]string{Heading, Explanation, Statement}, e.Kind), "kind is heading, explanation or statement")
	must(strings.HasSuffix(e.Says, "."), "says what the lines say, ending with a full stop")
	must(e.Today == "" || strings.HasSuffix(e.Today, "."), "today ends with a full stop")
	if e.Kind == Statement {
		must((len(e.Rules) > 0) != strings.HasSuffix(e.Reason, "."), "a statement has rules, or the reason why none can encode it, ending with a full stop")
	} else {
		must(len(e.Rules) == 0 && e.Reason == "", "only a statement has rules or a reason")
	}
	return problems
}

// Check tells every rule that the table names and that is not there, and every rule that it does not name, or names
// both for a line and as beyond the source.
func (t Coverage) Check(rules []catalog.Rule) error {
	var problems []error
	encoding, beyond := map[string]bool{}, map[string]bool{}
	for _, entry := range t.Entries {
		for _, id := range entry.Rules {
			encoding[id] = true
		}
	}
	for _, one := range t.Beyond {
		if beyond[one.Rule] || encoding[one.Rule] {
			problems = append(problems, fmt.Errorf("%s: beyond: %s: the rule is named already", CoverageFile, one.Rule))
		}
		beyond[one.Rule] = true
	}
	known := map[string]bool{}
	for _, rule := range rules {
		known[rule.ID] = true
		if !encoding[rule.ID] && !beyond[rule.ID] {
			problems = append(problems, fmt.Errorf("%s: no line names the rule %s: add it to the lines it encodes, or to beyond", CoverageFile, rule.ID))
		}
	}
	for _, named := range []map[string]bool{encoding, beyond} {
		for _, id := range slices.Sorted(maps.Keys(named)) {
			if !known[id] {
				problems = append(problems, fmt.Errorf("%s: no rule is called %q", CoverageFile, id))
			}
		}
	}
	return errors.Join(problems...)
}

// Compare tells every line of the source whose hash is not the table's.
func (t Coverage) Compare(source []byte) error {
	var problems []error
	if sum := sha256.Sum256(source); hex.EncodeToString(sum[:]) != t.Source.SHA256 {
		problems = append(problems, fmt.Errorf("%s: sha256 is not that of %s", CoverageFile, t.Source.File))
	}
	lines := bytes.Split(bytes.TrimSuffix(source, []byte("\n")), []byte("\n"))
	if len(lines) != t.Source.Lines {
		return errors.Join(append(problems, fmt.Errorf("%s: %s has %d lines", CoverageFile, t.Source.File, len(lines)))...)
	}
	for _, entry := range t.Entries {
		for _, number := range entry.numbers() {
			if got := Hash(lines[number-1]); got != entry.Lines[number] {
				problems = append(problems, fmt.Errorf("%s: line %d has the hash %s", CoverageFile, number, got))
			}
		}
	}
	return errors.Join(problems...)
}

func (e Entry) numbers() []int { return slices.Sorted(maps.Keys(e.Lines)) }

// Span is how the lines of an entry are written: 7, or 69-72.
func (e Entry) Span() string {
	numbers := e.numbers()
	if len(numbers) == 0 {
		return "of none"
	}
	first, last := numbers[0], numbers[len(numbers)-1]
	if first == last {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d-%d", first, last)
}
