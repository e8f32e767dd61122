// Package diagnose leads from what a cluster shows, a text, an event or the status of an object, to the rules that name the
// cause. A rule names the cause for certain if its symptom is there and it also finds the fault in the object itself.
package diagnose

import (
	"context"

	"winpolicy/internal/report"
)

// Diagnose returns the causes of what is in an input. An error ends the run: the engine cannot be prepared, or the context
// has ended. What cannot be read or judged is an error of the report.
func (d *Diagnoser) Diagnose(ctx context.Context, input Input) (*Report, error) {
	result := &Report{
		Subjects: []Subject{}, Unexplained: []Subject{}, byLikeness: map[string]int{},
		Notes: append([]string{}, input.Notes...), Errors: append([]report.Error{}, input.Errors...),
	}
	cases, well := casesOf(input)
	result.Well = well
	judge := d.judge(input)
	for _, one := range cases {
		signs := d.signs(one.shown)
		if one.minor && len(signs) == 0 {
			continue
		}
		findings, faults, err := judge(ctx, one)
		if err != nil {
			return nil, err
		}
		result.Errors = append(result.Errors, faults...)
		result.add(Subject{Object: one.object, Judged: one.input != nil, Owner: one.owner, Causes: d.causes(one, signs, findings)})
	}
	if d.options.Config["platform"] == nil && d.options.Config["taints"] == nil && result.needsPlatform() {
		result.Notes = append(result.Notes, "No platform is configured, so the rules know no taint of Windows nodes. Set --platform.")
	}
	if len(result.Unexplained) > 0 && !input.hasEvents() {
		result.Notes = append(result.Notes, "The input has no events. Run `kubectl get pods,events -o json | winpolicy diagnose -`.")
	}
	return result, nil
}
