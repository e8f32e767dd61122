package audit

import (
	"context"

	"winpolicy/internal/check"
	"winpolicy/internal/cluster"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// judge makes a job of each object.
type judge struct {
	rules   *engine.Engine
	ignores *check.Ignores
	owners  owners
	said    said
}

// said is what was reported about an object and what comes from it.
type said map[key]bool

// key is a finding without its object.
type key struct{ root, rule, container string }

// job returns the job of an object, or false if the object is a copy of one that is judged. A pod that a judged controller made
// is judged all the same, because a webhook may have changed it. It is reported only if nothing else from the same controller
// has the finding.
func (j judge) job(ctx context.Context, object cluster.Object) (check.Job, bool) {
	root, owned := j.owners.add(object)
	kind, _ := object["kind"].(string)
	if owned && isCopy(kind) {
		return check.Job{}, false
	}
	if !owned {
		disown(object)
	}
	made := check.Job{Judge: func() *report.Report { return j.report(ctx, object) }}
	if owned || rank(kind) >= 0 {
		made.Settle = func(part *report.Report) { j.settle(root, owned, part) }
	}
	return made, true
}

func (j judge) report(ctx context.Context, object cluster.Object) *report.Report {
	input, err := manifest.Object{Value: object}.Input()
	if err != nil {
		return failed(err)
	}
	part := check.Judge(ctx, j.rules, "", []manifest.Input{input})
	j.ignores.Live(input.Value, part)
	return part
}

// settle drops what was said before about the same root if the object is owned, and remembers the rest.
func (j judge) settle(root string, owned bool, part *report.Report) {
	fresh := map[key]bool{}
	part.Keep(func(v report.Violation) bool {
		one := key{root, v.Rule, v.Container}
		if owned && j.said[one] {
			return false
		}
		fresh[one] = true
		return true
	})
	for one := range fresh {
		j.said[one] = true
	}
	if owned {
		part.Diagnostics = nil // the owner has them
	}
}
