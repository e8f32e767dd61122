// Package check judges manifests in three steps. Open finds the files. Known reads what the rules need to know about
// other objects of the run. Judge evaluates the rules on each object and reports findings with their place in a file.
package check

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"winpolicy/internal/edit"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Judge judges every object of the input, and hands over the report about each document, in the order of the documents.
// Documents that cannot be read are errors in a report, and all others are still judged. An error other than ErrNoObject
// ends the run: one of write, or the end of the context.
func (in *Input) Judge(ctx context.Context, rules *engine.Engine, write func(*report.Report) error) (report.Total, error) {
	total, err := Run(ctx, func(ctx context.Context) iter.Seq[Job] { return in.jobs(ctx, rules) }, in.adjusts, write)
	if errors.Is(err, ErrNoObject) {
		err = fmt.Errorf("%w; check the paths", err)
	}
	return total, err
}

// jobs yields a report about the paths, and one about each document.
func (in *Input) jobs(ctx context.Context, rules *engine.Engine) iter.Seq[Job] {
	return func(yield func(Job) bool) {
		first := report.New()
		first.Errors, first.Diagnostics, first.Summary.Files = in.failures, in.diagnostics, len(in.reported())
		if !yield(Job{Judge: func() *report.Report { return first }}) {
			return
		}
		for document, err := range documents(in.reported()) {
			if !yield(Job{Judge: func() *report.Report { return in.judgeDocument(ctx, rules, document, err) }}) {
				return
			}
		}
	}
}

// reported returns the sources whose objects are reported.
func (in *Input) reported() []source {
	return slices.DeleteFunc(slices.Clone(in.sources), func(one source) bool { return one.quiet })
}

// judgeDocument reports on one document, or on the error that came instead of it.
func (in *Input) judgeDocument(ctx context.Context, rules *engine.Engine, document manifest.Document, err error) *report.Report {
	if err != nil {
		failed := report.New()
		failed.Errors = append(failed.Errors, Failure(err))
		return failed
	}
	inputs, faults := document.Inputs()
	var failures []report.Error
	for _, fault := range faults {
		failures = append(failures, Failure(fault))
	}
	var original *edit.Original
	if in.edits && len(document.Raw) <= maxEdited && len(inputs) > 0 {
		original = edit.OfInput(inputs[0])
	}
	result := in.judge(ctx, rules, inputs, original)
	if len(inputs) > 0 {
		for _, key := range inputs[0].Again() {
			result.Diagnostics = append(result.Diagnostics, report.Diagnostic{
				Kind: "duplicate", File: document.File, Document: document.Index, Line: key.Line,
				Message: fmt.Sprintf("the key %s is written twice in this map, and only the last one counts", key.Key),
			})
		}
	}
	if in.ignores != nil {
		in.ignores.apply(document, inputs, result)
	}
	result.Errors = append(failures, result.Errors...)
	return result
}

// Failure returns an error of reading a document as an entry of a report.
func Failure(err error) report.Error {
	var fault *manifest.Error
	if !errors.As(err, &fault) {
		return report.Error{Message: err.Error()}
	}
	return report.Error{File: fault.File, Document: fault.Document, Line: fault.Line, Message: fault.Err.Error()}
}
