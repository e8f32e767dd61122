// Package check judges manifests in three steps. Open finds the files. Known reads what the rules need to know about
// other objects of the run. Judge evaluates the rules on each object and reports findings with their place in a file.
package check

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// ErrNoObject comes with a report if the input has no object. The paths are probably wrong.
var ErrNoObject = errors.New("no Kubernetes object found; check the paths")

// Judge judges every object of the input, and hands over the report about each document, in the order of the documents.
// Documents that cannot be read are errors in a report, and all others are still judged. An error other than ErrNoObject
// ends the run: one of write, or the end of the context.
func (in *Input) Judge(ctx context.Context, rules *engine.Engine, write func(*report.Report) error) (report.Total, error) {
	first := report.New()
	first.Errors, first.Diagnostics, first.Summary.Files = in.failures, in.diagnostics, len(in.reported())
	var total report.Total
	total.Count(first)
	if err := write(first); err != nil {
		return total, err
	}
	for part := range in.parallel(ctx, rules) {
		for _, adjust := range in.adjusts {
			adjust(part)
		}
		total.Count(part)
		if err := write(part); err != nil {
			return total, err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return total, err
	}
	if total.Summary.Objects+total.Errors == 0 {
		return total, ErrNoObject
	}
	return total, nil
}

// reported returns the sources whose objects are reported.
func (in *Input) reported() []source {
	return slices.DeleteFunc(slices.Clone(in.sources), func(one source) bool { return one.quiet })
}

// task is a document to judge, or the error that came instead of it, and where its report goes.
type task struct {
	document manifest.Document
	err      error
	report   chan *report.Report
}

// parallel judges documents on all processors and yields one report for each, in the order of the documents. The workers
// stay for the whole run, because the stack of a new goroutine grows with each document. The channels limit how many
// documents are in memory.
func (in *Input) parallel(ctx context.Context, rules *engine.Engine) func(func(*report.Report) bool) {
	return func(yield func(*report.Report) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		workers := runtime.GOMAXPROCS(0)
		tasks, ordered := make(chan task), make(chan task, ahead*workers)
		for range workers {
			go func() {
				for one := range tasks {
					one.report <- in.judgeDocument(ctx, rules, one.document, one.err)
				}
			}()
		}
		go deal(ctx, in.reported(), tasks, ordered)
		for one := range ordered {
			if !yield(<-one.report) {
				return
			}
		}
	}
}

// ahead is how many documents a worker may be ahead of the one whose report is next.
const ahead = 4

// deal gives each document to a worker, and to the list of those whose reports come in order.
func deal(ctx context.Context, sources []source, tasks, ordered chan<- task) {
	defer close(ordered)
	defer close(tasks)
	for document, err := range documents(sources) {
		one := task{document, err, make(chan *report.Report, 1)}
		for _, next := range []chan<- task{ordered, tasks} {
			select {
			case next <- one:
			case <-ctx.Done():
				one.report <- report.New()
				return
			}
		}
	}
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
	result := in.judge(ctx, rules, inputs, in.edits && len(document.Raw) <= maxEdited)
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
