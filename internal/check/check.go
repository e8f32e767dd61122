// Package check judges the manifests of files and folders.
package check

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Options say what is judged, and how.
type Options struct {
	Paths  []string      // files, folders, and "-" for standard input
	Stdin  io.Reader     // what "-" reads
	Config engine.Config // the configuration document
	// Inventory are the kinds of the objects that rules look at beside the one they judge.
	Inventory []string
	// Engine makes the engine for the configuration, the RuntimeClasses of the run added to it, and the run's inventory.
	Engine func(context.Context, engine.Data) (*engine.Engine, error)
}

// ErrNoObject is given with a report where the paths held no object at all: most likely they are the wrong ones.
var ErrNoObject = errors.New("no Kubernetes object found: are the paths right?")

// Run reads the files twice: for the objects that others refer to, then to judge. What cannot be read is an error in
// the report, and everything else is still judged. An error of Run's own means that there is no verdict.
func Run(ctx context.Context, options Options) (result *report.Report, err error) {
	files := find(options.Paths, options.Stdin)
	defer func() { err = errors.Join(err, files.close()) }()
	rules, err := options.Engine(ctx, known(files, options))
	if err != nil {
		return nil, err
	}
	result = report.New()
	for _, failure := range files.failures {
		result.Errors = append(result.Errors, report.Error{File: failure.name, Message: failure.err.Error()})
	}
	result.Summary.Files = len(files.all)
	for part := range parallel(ctx, files, rules) {
		part.join(result)
	}
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	if result.Summary.Objects+result.Summary.Skipped == 0 && len(result.Errors) == 0 {
		return result, ErrNoObject
	}
	return result, nil
}

// verdict is what one document gives.
type verdict struct {
	violations []report.Violation
	excepted   []report.Violation
	notes      []string
	errors     []report.Error
	objects    int
	skipped    int
}

func (v verdict) join(result *report.Report) {
	for _, violation := range v.violations {
		result.Add(violation)
	}
	for _, violation := range v.excepted {
		result.Except(violation)
	}
	result.Notes = append(result.Notes, v.notes...)
	result.Errors = append(result.Errors, v.errors...)
	result.Summary.Objects += v.objects
	result.Summary.Skipped += v.skipped
}

// parallel judges documents on all processors and gives their verdicts in the order of the documents. The channel of
// promises bounds how many documents are in memory.
func parallel(ctx context.Context, files *sources, rules *engine.Engine) func(func(verdict) bool) {
	return func(yield func(verdict) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		workers := runtime.GOMAXPROCS(0)
		promises := make(chan chan verdict, 2*workers)
		slots := make(chan struct{}, workers)
		go func() {
			defer close(promises)
			for document, err := range documents(files) {
				promise := make(chan verdict, 1)
				select {
				case promises <- promise:
				case <-ctx.Done():
					return
				}
				slots <- struct{}{}
				go func() {
					defer func() { <-slots }()
					promise <- judge(ctx, rules, document, err)
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

// documents gives the documents of all files, and an error for each file that cannot be read any further.
func documents(files *sources) func(func(manifest.Document, error) bool) {
	return func(yield func(manifest.Document, error) bool) {
		for _, file := range files.all {
			if !each(file, yield) {
				return
			}
		}
	}
}

func each(file source, yield func(manifest.Document, error) bool) bool {
	reader, err := os.Open(file.path)
	if err != nil {
		return yield(manifest.Document{}, &manifest.Error{File: file.name, Err: explain(err)})
	}
	defer reader.Close()
	for document, err := range manifest.Documents(reader, file.name) {
		if !yield(document, err) {
			return false
		}
	}
	return true
}
