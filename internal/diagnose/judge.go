package diagnose

import (
	"context"
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Of a pod that shows a symptom of check.EscapeRule, the parameter is asked: the pod did land on a Windows node.
const (
	// asked is the reason that the rule gives for the parameter, and observed the one that a diagnosis has.
	asked    = check.SelectorParameter + " asks every pod"
	observed = "the pod shows what a Linux pod shows on a Windows node"
)

// judging judges one subject. The faults are errors of the object.
type judging func(context.Context, *subject) (findings []Finding, faults []report.Error, err error)

// judge returns what judges the objects of an input. The rules know all of them, as in `winpolicy check`.
func (d *Diagnoser) judge(input Input) judging {
	var prepared *engine.Engine
	return func(ctx context.Context, one *subject) ([]Finding, []report.Error, error) {
		if one.input == nil {
			return nil, nil, nil
		}
		if prepared == nil {
			var err error
			if prepared, err = d.options.Prepare(ctx, d.known(input)); err != nil {
				return nil, nil, err
			}
		}
		if err := context.Cause(ctx); err != nil {
			return nil, nil, err
		}
		judged, err := asWritten(one)
		if err != nil {
			return nil, []report.Error{check.Failure(err)}, nil
		}
		result := check.Judge(ctx, prepared, "", []manifest.Input{judged})
		var findings []Finding
		for _, violation := range result.Violations {
			if violation.Because == asked && !check.AsksForOS(d.options.Config) {
				violation.Because = observed
			}
			findings = append(findings, Finding{Finding: violation.Finding})
		}
		for _, violation := range result.Excepted {
			findings = append(findings, Finding{Finding: violation.Finding, Accepted: violation.Reason})
		}
		return findings, result.Errors, nil
	}
}

// known returns what the rules know of the objects of an input.
func (d *Diagnoser) known(input Input) engine.Data {
	others := check.NewOthers(check.Asking(d.options.Rules, d.options.Config))
	for _, one := range input.Objects {
		others.Select(one.Value)
	}
	for _, one := range input.Objects {
		others.Add(one.Value)
	}
	return others.Data(withSelector(d.options.Config))
}

// withSelector returns a configuration in which the parameter is set, unless it decides about it.
func withSelector(config engine.Config) engine.Config {
	if check.AsksForOS(config) {
		return config
	}
	rules := mapAt(config, "rules")
	rule := mapAt(rules, check.EscapeRule)
	return config.With("rules", with(rules, check.EscapeRule, with(rule, "parameters", with(mapAt(rule, "parameters"), check.SelectorParameter, true))))
}

// with returns a copy of an object with a key set.
func with(object map[string]any, key string, value any) map[string]any {
	return engine.Config(object).With(key, value)
}

// asWritten returns an object as its author wrote it, which is what rules judge. The name of the node in a pod of a cluster
// comes from the scheduler or from the controller of a DaemonSet. Without its owner the object is judged itself; rules leave
// an owned object to the owner.
func asWritten(one *subject) (manifest.Input, error) {
	object := maps.Clone(one.plain)
	metadata := maps.Clone(mapAt(object, "metadata"))
	delete(metadata, "ownerReferences")
	object["metadata"] = metadata
	if one.object.Kind == "Pod" && textAt(mapAt(object, "status"), "phase") != "" {
		object["spec"] = withoutNode(mapAt(object, "spec"))
	}
	value, err := ast.InterfaceToValue(object)
	if err != nil {
		return *one.input, err
	}
	judged := *one.input
	judged.Value, _ = value.(ast.Object)
	return judged, nil
}

// withoutNode returns the spec of a pod without the name of a node.
func withoutNode(spec map[string]any) map[string]any {
	spec = maps.Clone(spec)
	delete(spec, "nodeName")
	affinity := maps.Clone(mapAt(spec, "affinity"))
	if node := maps.Clone(mapAt(affinity, "nodeAffinity")); onlyNamesNode(node) {
		delete(node, required)
		affinity["nodeAffinity"] = node
		spec["affinity"] = affinity
	}
	return spec
}

const required = "requiredDuringSchedulingIgnoredDuringExecution"

// onlyNamesNode tells whether a required node affinity is the one of a DaemonSet's controller.
func onlyNamesNode(affinity map[string]any) bool {
	terms := mapsAt(mapAt(affinity, required), "nodeSelectorTerms")
	if len(terms) != 1 || terms[0]["matchExpressions"] != nil {
		return false
	}
	fields := mapsAt(terms[0], "matchFields")
	return len(fields) == 1 && fields[0]["key"] == "metadata.name"
}
