// Package audit judges the objects of a live cluster as package check judges manifests. It reads the cluster twice. Known reads
// what the rules need to know about other objects. Judge reads the objects that rules judge, and judges each while the next one
// comes in, so only a few objects are in memory.
//
// What a controller made is reported at the controller: see owners and said.
package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"winpolicy/internal/check"
	"winpolicy/internal/cluster"
	"winpolicy/internal/engine"
	"winpolicy/internal/report"
)

// Audit is a run over a cluster.
type Audit struct {
	reading
	options Options
	judged  []target // in the order in which they are judged
	first   *report.Report

	ignores *check.Ignores // nil if objects can ignore nothing
	adjusts []func(*report.Report)
}

// Options say which objects are judged.
type Options struct {
	Namespace string                 // "" judges all namespaces, and the objects that are in none
	Selector  string                 // a label selector; "" judges every object
	Chosen    func(rule string) bool // whether a rule is reported
	PageSize  int                    // objects of a page; 0 is what package cluster takes
}

// New returns an audit of a cluster.
func New(reader *cluster.Reader, options Options) *Audit {
	return &Audit{reading: reading{reader: reader, told: map[string]bool{}}, options: options, first: report.New()}
}

// WithIgnores makes Judge honour the annotation by which an object ignores rules.
func (a *Audit) WithIgnores(ignores *check.Ignores) { a.ignores = ignores }

// Adjust makes Judge hand each report to a function before it is counted and written, in the order of the objects.
func (a *Audit) Adjust(adjust func(*report.Report)) { a.adjusts = append(a.adjusts, adjust) }

// Judge judges the objects, and hands over the report about each. Call Known before. What cannot be listed is in a report: as
// a diagnostic if the user may not list it, otherwise as an error. An error other than check.ErrNoObject ends the run: one of
// write, or the end of the context.
func (a *Audit) Judge(ctx context.Context, rules *engine.Engine, write func(*report.Report) error) (report.Total, error) {
	total, err := check.Run(ctx, func(ctx context.Context) iter.Seq[check.Job] { return a.jobs(ctx, rules) }, a.adjusts, write)
	if errors.Is(err, check.ErrNoObject) {
		err = fmt.Errorf("%w in %s", err, a.options)
	}
	return total, err
}

// String names the place for a message.
func (o Options) String() string {
	if o.Namespace == "" {
		return "the cluster; check --selector"
	}
	return "the namespace " + o.Namespace + "; check --namespace and --selector, or use --all-namespaces"
}

var errNothing = errors.New("the user may list nothing that a rule judges; docs/audit.md names the rights")

// jobs yields a report of what Known could not list, one about each object, and one if nothing could be listed.
func (a *Audit) jobs(ctx context.Context, rules *engine.Engine) iter.Seq[check.Job] {
	return func(yield func(check.Job) bool) {
		if !yield(done(a.first)) {
			return
		}
		judge, before, refused := judge{rules: rules, ignores: a.ignores, owners: owners{}, said: said{}}, a.listed, false
		for _, one := range a.judged {
			for object, err := range a.objects(ctx, one, judge.owners) {
				if err != nil {
					refused = true
					if !yield(done(a.problem(one, err))) {
						return
					}
					continue
				}
				if job, wanted := judge.job(ctx, object); wanted && !yield(job) {
					return
				}
			}
		}
		if refused && a.listed == before && !a.over {
			yield(done(failed(errNothing)))
		}
	}
}

// objects yields the objects of a kind that are judged, without those that a controller made and that are its copies.
func (a *Audit) objects(ctx context.Context, one target, told owners) iter.Seq2[cluster.Object, error] {
	asked := request{target: one, query: a.query(), namespaced: a.options.Namespace != ""}
	asked.query.Selector = a.options.Selector
	if isCopy(one.kind) {
		asked.needed = func(object cluster.Object) bool { _, owned := told.add(object); return !owned }
	}
	return a.list(ctx, asked)
}

func (a *Audit) query() cluster.Query {
	return cluster.Query{Namespace: a.options.Namespace, PageSize: a.options.PageSize}
}

// done is a job whose report is there already.
func done(part *report.Report) check.Job {
	return check.Job{Judge: func() *report.Report { return part }}
}
