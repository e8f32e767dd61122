package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/repair"
	"winpolicy/internal/sample"
)

// compareRepairs repairs objects as `winpolicy fix` does, and puts the text before the API server. The API server must not
// refuse the repaired object for anything that it did not refuse before, and for nothing that was repaired. No finding may
// come, and none may stay that has a fix. The objects are written in several ways.
func compareRepairs(ctx context.Context, product *product, chosen options, output io.Writer) (open int, err error) {
	started := time.Now()
	judges, stop, err := newJudges(ctx, product, chosen.oracle)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	fields, err := judges[0].oracle.fieldsOf()
	if err != nil {
		return 0, err
	}
	samples, err := sample.Read(os.DirFS(chosen.samples))
	if err != nil {
		return 0, err
	}
	made := source{seed: chosen.seed + 1, fields: fields, samples: samples}
	objects := each(concat(every(grid(fields), 3), made.requests(chosen.repairs)))
	all := make(chan repaired)
	var sum repairs
	var lock sync.Mutex
	var working sync.WaitGroup
	for _, one := range judges {
		working.Go(func() {
			for next := range all {
				problem := next.compare(ctx, one)
				lock.Lock()
				sum.add(next, problem)
				lock.Unlock()
			}
		})
	}
	for number, asked := range objects {
		all <- repaired{request: asked, spelling: number % len(writers)}
	}
	close(all)
	working.Wait()
	sum.report(output, chosen.show)
	fmt.Fprintf(output, "  in %s\n", time.Since(started).Round(time.Second))
	if sum.changed == 0 {
		return 0, errors.New("no repair changed an object, so nothing was compared")
	}
	return len(sum.open), nil
}

// every gives each nth request.
func every(all iter.Seq[request], n int) iter.Seq[request] {
	return func(yield func(request) bool) {
		number := 0
		for one := range all {
			if number++; number%n == 0 && !yield(one) {
				return
			}
		}
	}
}

// each numbers the requests that create an object.
func each(all iter.Seq[request]) iter.Seq2[int, request] {
	return func(yield func(int, request) bool) {
		number := 0
		for one := range all {
			if one.Operation != "CREATE" || one.SubResource != "" {
				continue
			}
			if number++; !yield(number, one) {
				return
			}
		}
	}
}

// writers write an object as the text of a document.
var writers = []func(object) ([]byte, error){
	func(one object) ([]byte, error) { return json.Marshal(one) },
	func(one object) ([]byte, error) { return yaml.Marshal(one) },
	func(one object) ([]byte, error) {
		text, err := yaml.Marshal(one)
		return []byte("# The object.\r\n" + strings.ReplaceAll(strings.TrimSuffix(string(text), "\n"), "\n", " # as it was\r\n")), err
	},
	func(one object) ([]byte, error) { return json.MarshalIndent(one, "", "  ") },
}

// repaired is an object before and after its repair.
type repaired struct {
	request
	spelling int

	result        repair.Result
	before, after verdict
}

// compare repairs the object and says what is wrong with the result.
func (r *repaired) compare(ctx context.Context, judges judge) error {
	text, err := writers[r.spelling](r.Object)
	if err != nil {
		return err
	}
	r.result = repair.Repairer{Rules: judges.engine.first()}.Document(ctx, manifest.Document{File: "o", Line: 1, Raw: text})
	if len(r.result.Fixed) == 0 {
		return nil
	}
	if len(r.result.Errors) > 0 {
		return errors.New(r.result.Errors[0].Message)
	}
	for _, left := range r.result.Left {
		switch {
		case left.Before.File == "":
			return fmt.Errorf("the repair brought %s", left.Message)
		case len(left.Fix) > 0:
			return fmt.Errorf("%s is left: %s", left.Message, left.Why)
		}
	}
	return r.ask(judges)
}

// ask compares what the API server says before and after.
func (r *repaired) ask(judges judge) error {
	objects, faults := manifest.Document{Raw: r.result.Text}.Objects()
	if len(faults) > 0 || len(objects) != 1 {
		return errors.New("the repaired text is not one object")
	}
	changed := r.request
	changed.Object = objects[0].Value
	for answer, question := range map[*verdict]request{&r.before: r.request, &r.after: changed} {
		if err := judges.oracle.ask("review", question, answer); err != nil {
			return err
		}
	}
	if r.before.Fault != "" {
		return nil
	}
	if r.after.Fault != "" {
		return fmt.Errorf("the API server cannot read it any more: %s", r.after.Fault)
	}
	for _, left := range r.after.Errors {
		if !slices.Contains(r.before.Errors, left) {
			return fmt.Errorf("the API server now refuses %s: %s", left.Field, left.Message)
		}
		for _, fixed := range r.result.Fixed {
			if fixed.EnforcedBy == "apiserver" && fixed.Field == left.Field {
				return fmt.Errorf("%s is repaired, and the API server still refuses it: %s", left.Field, left.Message)
			}
		}
	}
	return nil
}

// first is the evaluator of the program, or topdown where the rules have no plan.
func (e *evaluators) first() *engine.Engine {
	if e.plan != nil {
		return e.plan
	}
	return e.topdown
}

// repairs counts what was repaired.
type repairs struct {
	objects, changed, findings int
	refused, accepted          int // objects that the API server refused before, and those of them that it accepts after
	open                       []string
}

func (s *repairs) add(one repaired, problem error) {
	s.objects++
	if len(one.result.Fixed) > 0 {
		s.changed++
		s.findings += len(one.result.Fixed)
	}
	if len(one.before.Errors) > 0 {
		s.refused++
		if len(one.after.Errors) == 0 {
			s.accepted++
		}
	}
	if problem != nil {
		s.open = append(s.open, fmt.Sprintf("%s: %v\n    %s", one.origin, problem, one.result.Text))
	}
}

func (s *repairs) report(output io.Writer, show int) {
	fmt.Fprintf(output, "\nRepairs: %d objects, %d of them repaired, with %d findings\n", s.objects, s.changed, s.findings)
	fmt.Fprintf(output, "  the API server refused %d of the repaired objects before, and accepts %d of these after\n", s.refused, s.accepted)
	fmt.Fprintf(output, "  %d disagreements\n", len(s.open))
	for _, text := range s.open[:min(show, len(s.open))] {
		fmt.Fprintf(output, "  %s\n", text)
	}
}
