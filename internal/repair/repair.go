// Package repair applies the fixes of findings to documents until no fix is left.
package repair

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"winpolicy/internal/check"
	"winpolicy/internal/edit"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// maxRounds limits how often an object is judged anew. Each round applies one fix of each object.
const maxRounds = 100

// Result is what became of a document or a file.
type Result struct {
	Text    []byte             // its text
	Objects int                // that were judged, or have no kind
	Fixed   []report.Violation // the findings that the text had and has no more
	Left    []Left             // the findings that it still has
	Errors  []report.Error     // what could not be read or judged
}

// Left is a finding that stays. Its place is that in the text of the result.
type Left struct {
	report.Violation
	Before report.Violation // the same finding before the repair; the zero value if a fix brought it
	Why    string           // why its fix was not applied; "" if it has no fix
}

// Repairer repairs documents.
type Repairer struct {
	Rules     *engine.Engine
	Namespace string         // of objects that name none
	Ignores   *check.Ignores // what manifests can ignore, and what then stays; nil if they can ignore nothing
}

// Document repairs the objects of a document. It applies the fix of one finding of each object, judges the objects anew, and
// goes on until no fix is left. The findings of an AdmissionReview stay, because nobody edits one. A document with an ignore
// that cannot be read stays as it is, because what the ignore is to protect is unknown.
func (p Repairer) Document(ctx context.Context, document manifest.Document) Result {
	r := &run{Repairer: p, document: document, refused: map[string]error{}}
	before, failures := r.judge(ctx)
	now := before
	for range maxRounds {
		if r.unread || !r.apply(now) {
			break
		}
		now, failures = r.judge(ctx)
	}
	return Result{Text: r.document.Raw, Objects: r.objects, Fixed: gone(before, now), Left: r.left(before, now), Errors: failures}
}

// run is a document on its way.
type run struct {
	Repairer
	objects  int
	document manifest.Document
	unread   bool             // whether an ignore cannot be read
	refused  map[string]error // why a fix was refused, by the place and the rule of its finding
}

// judged is a finding and its object.
type judged struct {
	report.Violation
	root   int
	path   []string
	review bool // whether the object is an AdmissionReview
}

// key names a finding in the document, whatever the lines are.
func (j judged) key() string {
	return fmt.Sprintf("%d/%s %s %s %s", j.root, strings.Join(j.path, "/"), j.Rule, j.Field, j.Container)
}

func (r *run) judge(ctx context.Context) ([]judged, []report.Error) {
	inputs, faults := r.document.Inputs()
	var failures []report.Error
	for _, fault := range faults {
		failures = append(failures, check.Failure(fault))
	}
	r.objects = len(inputs)
	marks, problems := r.Ignores.Marks(r.document, inputs)
	failures = append(failures, problems...)
	r.unread = len(problems) > 0
	var all []judged
	for _, input := range inputs {
		part := check.Judge(ctx, r.Rules, r.Namespace, []manifest.Input{input})
		failures = append(failures, part.Errors...)
		root, path := input.Place()
		review := manifest.Text(input.Value, "kind") == "AdmissionReview"
		for _, violation := range part.Violations {
			if !marks.Cover(violation) {
				all = append(all, judged{violation, root, path, review})
			}
		}
	}
	return all, failures
}

// apply applies the first fix of each object that was not refused before. It tells whether the text changed.
func (r *run) apply(all []judged) bool {
	var edits []edit.Edit
	var tried []judged
	taken := map[string]bool{}
	for _, one := range all {
		object := fmt.Sprintf("%d/%s", one.root, strings.Join(one.path, "/"))
		if len(one.Fix) == 0 || one.review || taken[object] || r.refused[one.key()] != nil {
			continue
		}
		taken[object] = true
		edits = append(edits, edit.Edit{Root: one.root, Path: one.path, Operations: one.Fix})
		tried = append(tried, one)
	}
	if len(edits) == 0 {
		return false
	}
	text, refused := edit.Of(r.document).Apply(edits)
	for i, err := range refused {
		if err != nil {
			r.refused[tried[i].key()] = err
		}
	}
	if !bytes.Equal(text, r.document.Raw) {
		r.document.Raw = text
		return true
	}
	for _, one := range tried { // an applied fix that changes nothing does not count
		if r.refused[one.key()] == nil {
			r.refused[one.key()] = errNothing
		}
	}
	return r.apply(all) // other fixes of the same objects
}

func (r *run) left(before, now []judged) []Left {
	was := map[string]report.Violation{}
	for _, one := range before {
		was[one.key()] = one.Violation
	}
	var left []Left
	for _, one := range now {
		stays := Left{Violation: one.Violation, Before: was[one.key()]}
		switch err := r.refused[one.key()]; {
		case err != nil:
			stays.Why = strings.TrimPrefix(err.Error(), edit.ErrRefused.Error()+": ")
		case r.unread && len(one.Fix) > 0:
			stays.Why = errUnread.Error()
		case one.review && len(one.Fix) > 0:
			stays.Why = "an AdmissionReview is not edited"
		case len(one.Fix) > 0:
			stays.Why = errEndless.Error()
		}
		left = append(left, stays)
	}
	return left
}

var (
	errEndless = errors.New("its fix was applied, and the finding is still there")
	errNothing = errors.New("its fix changes nothing in the text")
	errUnread  = errors.New("an ignore in the document cannot be read")
)

// gone returns the findings that are no longer there.
func gone(before, now []judged) []report.Violation {
	still := map[string]int{}
	for _, one := range now {
		still[one.key()]++
	}
	var fixed []report.Violation
	for _, one := range before {
		if still[one.key()] > 0 {
			still[one.key()]--
			continue
		}
		fixed = append(fixed, one.Violation)
	}
	return fixed
}
