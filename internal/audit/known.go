package audit

import (
	"context"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/cluster"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
)

// Known reads what the rules may know of objects other than the one they judge, as check.Input.Known does. It reads the
// objects of the namespace, and those that are in none, whatever the selector is. An object that a judged controller made is
// left out, because the controller stands for it.
//
// If all RuntimeClasses could be listed, then the rules know that there are no others.
func (a *Audit) Known(ctx context.Context, config engine.Config, rules []catalog.Rule) engine.Data {
	enabled := check.Enabled(rules, config)
	a.judged = judgedBy(slices.DeleteFunc(slices.Clone(enabled), func(rule catalog.Rule) bool {
		return a.options.Chosen != nil && !a.options.Chosen(rule.ID)
	}))
	asking := slices.DeleteFunc(check.Asking(rules, config), func(rule catalog.Rule) bool {
		return !slices.ContainsFunc(judgedBy([]catalog.Rule{rule}), func(one target) bool { return slices.Contains(a.judged, one) })
	})
	others := check.NewOthers(asking)
	for _, one := range named(rules, others.Selecting()) {
		a.know(ctx, request{target: one, query: a.query()}, owners{}, others.Select)
	}
	told := owners{}
	for _, one := range named(rules, others.Kinds()) {
		if !others.Wants(one.kind) {
			continue
		}
		complete := a.know(ctx, a.about(one, others, told), told, others.Add)
		switch {
		case !complete:
			others.Drop(one.kind)
		case one.kind == check.RuntimeClass:
			config = withCompleteClasses(config)
		}
	}
	return others.Data(config)
}

// about returns the request for what rules may ask about. It leaves out what a listed controller made.
func (a *Audit) about(one target, others *check.Others, told owners) request {
	asked := request{target: one, query: a.query()}
	asked.query.Metadata = others.OnlyMetadata(one.kind)
	if isCopy(one.kind) || one.kind == "Pod" {
		asked.needed = func(object cluster.Object) bool {
			_, owned := told.add(object)
			value, err := valueOf(object)
			return !owned && err == nil && others.MayRead(value)
		}
	}
	return asked
}

// know lists objects and adds those that no listed controller made. It returns false if it could not list them to the end.
func (a *Audit) know(ctx context.Context, asked request, told owners, add func(ast.Object)) bool {
	for object, err := range a.list(ctx, asked) {
		if err != nil {
			a.first.Append(a.problem(asked.target, err))
			return false
		}
		if _, owned := told.add(object); owned {
			continue
		}
		if value, err := valueOf(object); err == nil { // Judge reports the error
			add(value)
		}
	}
	return !a.over
}

// withCompleteClasses tells the rules that there are no other RuntimeClasses, unless the configuration says whether there are.
func withCompleteClasses(config engine.Config) engine.Config {
	section, _ := config["runtimeClasses"].(map[string]any)
	if _, set := section["complete"]; set {
		return config
	}
	return config.With("runtimeClasses", map[string]any(engine.Config(section).With("complete", true)))
}

// valueOf returns an object as the rules read it.
func valueOf(object cluster.Object) (ast.Object, error) {
	input, err := manifest.Object{Value: object}.Input()
	return input.Value, err
}
