package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"winpolicy/internal/cluster"
	"winpolicy/internal/report"
)

// reading reads a cluster as far as the user's rights go.
type reading struct {
	reader *cluster.Reader
	told   map[string]bool // problems that are told already, because each kind can be read twice
	over   bool            // whether no further request can succeed
	listed int             // how many lists were read to the end
}

// request says which objects are listed.
type request struct {
	target
	query cluster.Query
	// namespaced leaves out a kind that is in no namespace.
	namespaced bool
	// needed tells by the metadata of an object whether it is needed. If none is, only metadata is listed. It is asked about all
	// objects. nil needs all.
	needed func(cluster.Object) bool
}

// list yields the objects that a request asks for. A cluster that does not serve the kind has none.
func (r *reading) list(ctx context.Context, asked request) iter.Seq2[cluster.Object, error] {
	return func(yield func(cluster.Object, error) bool) {
		if r.over {
			return
		}
		kind, err := r.reader.Kind(ctx, asked.group, asked.kind)
		switch {
		case errors.Is(err, cluster.ErrNotServed):
			return
		case err != nil:
			yield(nil, err)
			return
		case asked.namespaced && !kind.Namespaced:
			return
		}
		if asked.needed != nil {
			some, err := r.any(ctx, kind, asked)
			if err != nil {
				yield(nil, err)
				return
			}
			if !some {
				r.listed++
				return
			}
		}
		for object, err := range r.reader.List(ctx, kind, asked.query) {
			if !yield(object, err) || err != nil {
				return
			}
		}
		r.listed++
	}
}

// any lists metadata, and tells whether an object is needed.
func (r *reading) any(ctx context.Context, kind cluster.Kind, asked request) (some bool, err error) {
	asked.query.Metadata = true
	for object, err := range r.reader.List(ctx, kind, asked.query) {
		if err != nil {
			return false, err
		}
		some = asked.needed(object) || some
	}
	return some, nil
}

// problem reports an error of list, unless that is told already.
func (r *reading) problem(one target, err error) *report.Report {
	r.over = r.over || cluster.IsFinal(err)
	if !cluster.IsForbidden(err) {
		if r.told[err.Error()] {
			return report.New()
		}
		r.told[err.Error()] = true
		return failed(err)
	}
	if r.told[one.kind] {
		return report.New()
	}
	r.told[one.kind] = true
	part := report.New()
	part.Diagnostics = append(part.Diagnostics, report.Diagnostic{
		Kind: "unlisted", Message: fmt.Sprintf("%s objects cannot be listed, so they are not judged and no rule knows them: %v", one.kind, err),
	})
	return part
}

// failed returns a report that has only an error.
func failed(err error) *report.Report {
	part := report.New()
	part.Errors = append(part.Errors, report.Error{Message: err.Error()})
	return part
}
