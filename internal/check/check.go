// Package check judges manifests in three steps. Open finds the files. Known reads what the rules need to know about
// other objects of the run. Judge evaluates the rules on each object and reports findings with their place in a file.
package check

import (
	"context"
	"errors"
	"runtime"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// ErrNoObject comes with a report if the input has no object. The paths are probably wrong.
var ErrNoObject = errors.New("no Kubernetes object found; check the paths")

// Judge judges every object of the input. Documents that cannot be read are errors in the report, and all others are
// still judged. With any error but ErrNoObject there is no report.
func (in *Input) Judge(ctx context.Context, rules *engine.Engine) (*report.Report, error) {
	result := report.New()
	result.Errors = append(result.Errors, in.failures...)
	result.Summary.Files = len(in.sources)
	for part := range parallel(ctx, in.sources, rules) {
		result.Append(part)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if result.Summary.Objects+result.Summary.Skipped == 0 && len(result.Errors) == 0 {
		return result, ErrNoObject
	}
	return result, nil
}

// parallel judges documents on all processors and yields one report for each, in the order of the documents. The
// channel of promises limits how many documents are in memory.
func parallel(ctx context.Context, sources []source, rules *engine.Engine) func(func(*report.Report) bool) {
	return func(yield func(*report.Report) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		workers := runtime.GOMAXPROCS(0)
		promises := make(chan chan *report.Report, 2*workers)
		slots := make(chan struct{}, workers)
		go func() {
			defer close(promises)
			for document, err := range documents(sources) {
				promise := make(chan *report.Report, 1)
				select {
				case promises <- promise:
				case <-ctx.Done():
					return
				}
				slots <- struct{}{}
				go func() {
					defer func() { <-slots }()
					promise <- judgeDocument(ctx, rules, document, err)
				}()
			}
		}()
		for promise := range promises {
			if !yield(<-promise) {
				return
			}
		}
	}
}

// judgeDocument reports on one document, or on the error that came instead of it.
func judgeDocument(ctx context.Context, rules *engine.Engine, document manifest.Document, err error) *report.Report {
	if err != nil {
		failed := report.New()
		failed.Errors = append(failed.Errors, failure(err))
		return failed
	}
	objects, faults := document.Objects()
	var failures []report.Error
	for _, fault := range faults {
		failures = append(failures, failure(fault))
	}
	result := Judge(ctx, rules, objects)
	result.Errors = append(failures, result.Errors...)
	return result
}

func failure(err error) report.Error {
	var fault *manifest.Error
	if !errors.As(err, &fault) {
		return report.Error{Message: err.Error()}
	}
	return report.Error{File: fault.File, Document: fault.Document, Line: fault.Line, Message: fault.Err.Error()}
}
