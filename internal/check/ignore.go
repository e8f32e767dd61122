package check

import (
	"bytes"
	"fmt"
	"iter"
	"regexp"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Ignores are the rules that a manifest can ignore, and the day that decides which ignores have expired.
type Ignores struct {
	Rules map[string]bool
	Today string // 2026-11-30
}

// NewIgnores returns the ignores of all rules on the day of now.
func NewIgnores(rules []catalog.Rule, now time.Time) *Ignores {
	ids := map[string]bool{}
	for _, rule := range rules {
		ids[rule.ID] = true
	}
	return &Ignores{Rules: ids, Today: now.UTC().Format(time.DateOnly)}
}

const (
	ignoreAnnotation = "winpolicy/ignore"
	ignoreForm       = "write `RULE until 2027-03-31: reason`, or `RULE: reason`"
)

// ignored is one comment, or one part of an annotation.
type ignored struct {
	rule, until, reason string
	line                int           // of the comment or the annotation, from 1
	covers              int           // the line whose findings it covers; 0 covers those of the object
	object              report.Object // of an annotation
	used                bool
}

// Marks are the ignores of one document.
type Marks struct {
	ignores *Ignores
	all     []*ignored
}

// apply moves the violations that the document ignores to those that are excepted.
func (i *Ignores) apply(document manifest.Document, inputs []manifest.Input, result *report.Report) {
	marks, problems := i.Marks(document, inputs)
	result.Errors = append(result.Errors, problems...)
	marks.apply(result, func(line int, format string, arguments ...any) report.Diagnostic {
		return report.Diagnostic{Kind: "ignore", File: document.File, Document: document.Index, Line: line, Message: fmt.Sprintf(format, arguments...)}
	})
}

// Live moves the violations of an object of a cluster that its annotation ignores to those that are excepted. An ignore that
// cannot be read is a diagnostic, because the user of a cluster may not be the one who can repair it. A nil Ignores does nothing.
func (i *Ignores) Live(object ast.Object, result *report.Report) {
	if i == nil {
		return
	}
	marks := Marks{ignores: i}
	name := objectOf(object)
	tell := func(_ int, format string, arguments ...any) report.Diagnostic {
		return report.Diagnostic{Kind: "ignore", Message: name.String() + ": " + fmt.Sprintf(format, arguments...)}
	}
	for text := range annotated(object) {
		one, err := i.parse(text, ignored{object: name})
		if err != nil {
			result.Diagnostics = append(result.Diagnostics, tell(0, "%v", err))
			continue
		}
		marks.all = append(marks.all, one)
	}
	marks.apply(result, tell)
}

// apply moves the violations that the marks cover to those that are excepted. tell makes a diagnostic about a line.
func (m Marks) apply(result *report.Report, tell func(line int, format string, arguments ...any) report.Diagnostic) {
	if len(m.all) == 0 {
		return
	}
	result.Cover(func(v report.Violation) (string, string, bool) {
		one := m.covering(v)
		if one == nil {
			return "", "", false
		}
		one.used = true
		if v.Severity == finding.Deny && (v.EnforcedBy == "apiserver" || v.EnforcedBy == "kubelet") {
			result.Diagnostics = append(result.Diagnostics, tell(v.Line,
				"%s is ignored here, but the %s rejects the object all the same", v.Rule, map[string]string{"apiserver": "API server", "kubelet": "kubelet"}[v.EnforcedBy]))
		}
		return "ignore", one.reason, true
	})
	for _, one := range m.all {
		switch {
		case !m.ignores.holds(one):
			result.Diagnostics = append(result.Diagnostics, tell(one.line, "the ignore of %s expired on %s", one.rule, one.until))
		case !one.used:
			result.Diagnostics = append(result.Diagnostics, tell(one.line, "the ignore of %s matches no finding; remove it", one.rule))
		}
	}
}

// Cover tells whether the document ignores a violation.
func (m Marks) Cover(v report.Violation) bool { return m.covering(v) != nil }

// covering returns the first ignore that covers a violation, or nil. An object without a namespace can have got one.
func (m Marks) covering(v report.Violation) *ignored {
	for _, one := range m.all {
		object := v.Object
		if one.object.Namespace == "" {
			object.Namespace = ""
		}
		if one.rule == v.Rule && m.ignores.holds(one) && (one.covers > 0 && one.covers == v.Line || one.covers == 0 && one.object == object) {
			return one
		}
	}
	return nil
}

// holds tells whether an ignore has not expired. It holds to the end of its last day.
func (i *Ignores) holds(one *ignored) bool { return one.until == "" || i.Today <= one.until }

// Marks returns the ignores of a document, and an error for each that nobody can read. A nil Ignores has none.
func (i *Ignores) Marks(document manifest.Document, inputs []manifest.Input) (marks Marks, problems []report.Error) {
	marks.ignores = i
	if i == nil || !bytes.Contains(document.Raw, []byte(ignoreMark)) && !bytes.Contains(document.Raw, []byte(ignoreAnnotation)) {
		return marks, nil
	}
	add := func(text string, made ignored) {
		one, err := i.parse(text, made)
		if err != nil {
			problems = append(problems, report.Error{File: document.File, Document: document.Index, Line: made.line, Message: err.Error()})
			return
		}
		marks.all = append(marks.all, one)
	}
	for _, comment := range comments(document) {
		add(comment.text, ignored{line: comment.line, covers: comment.covers})
	}
	for _, input := range inputs {
		line, _ := input.Position("metadata.annotations[" + ignoreAnnotation + "]")
		for text := range annotated(input.Value) {
			add(text, ignored{line: line, object: objectOf(input.Value)})
		}
	}
	return marks, problems
}

// annotated yields the ignores in the annotation of an object.
func annotated(object ast.Object) iter.Seq[string] {
	return func(yield func(string) bool) {
		for part := range strings.SplitSeq(manifest.Text(object, "metadata", "annotations", ignoreAnnotation), ";") {
			if strings.TrimSpace(part) != "" && !yield(part) {
				return
			}
		}
	}
}

// ignoreText is RULE until DAY: reason.
var ignoreText = regexp.MustCompile(`^\s*([a-z0-9-]+)(?:\s+until\s+(\S+))?\s*:\s*(\S.*?)\s*$`)

func (i *Ignores) parse(text string, made ignored) (*ignored, error) {
	parts := ignoreText.FindStringSubmatch(text)
	if parts == nil {
		return nil, fmt.Errorf("%s %q has no rule or no reason; %s", ignoreMark, strings.TrimSpace(text), ignoreForm)
	}
	made.rule, made.until, made.reason = parts[1], parts[2], parts[3]
	if !i.Rules[made.rule] {
		return nil, fmt.Errorf("%s: no rule is called %q; `winpolicy rules` lists them", ignoreMark, made.rule)
	}
	if _, err := time.Parse(time.DateOnly, made.until); made.until != "" && err != nil {
		return nil, fmt.Errorf("%s: %q is not a day; %s", ignoreMark, made.until, ignoreForm)
	}
	return &made, nil
}

func objectOf(value ast.Object) report.Object {
	return report.Object{
		APIVersion: manifest.Text(value, "apiVersion"), Kind: manifest.Text(value, "kind"),
		Namespace: manifest.Text(value, "metadata", "namespace"), Name: manifest.Text(value, "metadata", "name"),
	}
}
