package check

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/edit"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Judge judges objects and reports the findings, ordered by line and column. An object that the rules cannot judge is an
// error in the report. An object without apiVersion or kind is skipped and counted. namespace is that of objects that name none,
// "" if it is not known.
func Judge(ctx context.Context, rules *engine.Engine, namespace string, inputs []manifest.Input) *report.Report {
	return (&Input{namespace: namespace}).judge(ctx, rules, inputs, nil)
}

// judge is Judge as the input is to be judged, with the edits of each violation if there is the original to edit.
func (in *Input) judge(ctx context.Context, rules *engine.Engine, inputs []manifest.Input, original *edit.Original) *report.Report {
	result := report.New()
	for _, input := range inputs {
		if manifest.Text(input.Value, "apiVersion") == "" || manifest.Text(input.Value, "kind") == "" {
			result.Summary.Skipped++
			continue
		}
		result.Summary.Objects++
		in.countKind(input, result)
		verdict, err := rules.Judge(ctx, withNamespace(input.Value, in.namespace))
		if err != nil {
			result.Errors = append(result.Errors, problemAt(input, "", err.Error()))
		}
		for _, one := range verdict.Findings {
			violation := in.locate(one, input)
			if original != nil {
				violation.Edits = editsOf(one, input, original)
			}
			result.Add(violation)
		}
		for _, one := range verdict.Excepted {
			result.Except(in.locate(one, input))
		}
		for _, one := range verdict.Unverified {
			violation := in.locate(one, input)
			result.Diagnostics = append(result.Diagnostics, report.Diagnostic{
				Kind: "unverified", Message: violation.Object.String() + ": " + violation.Message,
				File: violation.File, Document: violation.Document, Line: violation.Line,
			})
		}
	}
	slices.SortStableFunc(result.Violations, byPlace)
	slices.SortStableFunc(result.Excepted, byPlace)
	return result
}

// countKind counts an object that some rule is about, or names its kind. A kind of Kubernetes in the wrong case is an error,
// because the API server does not know it.
func (in *Input) countKind(input manifest.Input, result *report.Report) {
	kind := manifest.Text(input.Value, "kind")
	if in.kinds == nil || in.kinds[kind] || kind == "AdmissionReview" || carriesPod(input.Value) {
		result.Summary.Judged++
		return
	}
	if group, _, _ := strings.Cut(manifest.Text(input.Value, "apiVersion"), "/"); !strings.Contains(group, ".") || strings.HasSuffix(group, ".k8s.io") {
		for known := range in.kinds {
			if strings.EqualFold(known, kind) {
				result.Errors = append(result.Errors, problemAt(input, "kind", fmt.Sprintf("the kind %s does not exist; write %s", kind, known)))
				return
			}
		}
	}
	result.Unjudged[kind]++
}

// carriesPod tells whether an object has a pod template where custom kinds have it.
func carriesPod(object ast.Object) bool {
	spec, ok := manifest.Inner(object, "spec", "template", "spec")
	return ok && spec.Get(ast.StringTerm("containers")) != nil
}

// problemAt returns an error at the place of a field.
func problemAt(input manifest.Input, field, message string) report.Error {
	at := place(input, field)
	return report.Error{File: at.File, Document: at.Document, Line: at.Line, Message: message}
}

// ofTheCluster are kinds that rules judge and that are in no namespace.
var ofTheCluster = []string{"Node", "PersistentVolume", "RuntimeClass", "StorageClass"}

// withNamespace returns an object with the namespace that kubectl would give it. An object that has metadata and no namespace
// gets one, unless its kind has none.
func withNamespace(object ast.Object, namespace string) ast.Object {
	metadata, ok := manifest.Inner(object, "metadata")
	if namespace == "" || !ok || manifest.Text(metadata, "namespace") != "" || slices.Contains(ofTheCluster, manifest.Text(object, "kind")) {
		return object
	}
	return with(object, "metadata", ast.NewTerm(with(metadata, "namespace", ast.StringTerm(namespace))))
}

// with returns a copy of an object with a key set.
func with(object ast.Object, key string, value *ast.Term) ast.Object {
	made := ast.NewObjectWithCapacity(object.Len() + 1)
	object.Foreach(func(name, value *ast.Term) { made.Insert(name, value) })
	made.Insert(ast.StringTerm(key), value)
	return made
}

// editsOf returns the changes of the file that the fix of a finding makes. It returns none for an AdmissionReview, which nobody
// edits, and none if the text cannot take the fix.
func editsOf(one finding.Finding, input manifest.Input, original *edit.Original) []finding.Change {
	if len(one.Fix) == 0 || input.Document == nil || manifest.Text(input.Value, "kind") == "AdmissionReview" {
		return nil
	}
	root, path := input.Place()
	changes, err := original.Changes(edit.Edit{Root: root, Path: path, Operations: one.Fix})
	if err != nil {
		return nil
	}
	return changes
}

func byPlace(a, b report.Violation) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule))
}

// locate adds to a finding the object and its place in the file. A finding about an AdmissionReview names a field of
// the object inside the review.
func (in *Input) locate(one finding.Finding, input manifest.Input) report.Violation {
	judged, prefix := input.Value, ""
	if manifest.Text(input.Value, "kind") == "AdmissionReview" {
		if inner, ok := manifest.Inner(input.Value, "request", "object"); ok {
			judged, prefix = inner, "request.object."
		}
	}
	violation := place(input, prefix+one.Field)
	violation.Finding = one
	violation.Object = objectOf(withNamespace(judged, in.namespace))
	if in.text && input.Document != nil {
		violation.Text = input.Document.TextOf(violation.Line)
	}
	return violation
}

// place returns a violation that has only the place of a field. An object that no document holds has none.
func place(input manifest.Input, field string) report.Violation {
	if input.Document == nil {
		return report.Violation{}
	}
	line, column := input.Position(field)
	return report.Violation{
		File: input.Document.File, Document: input.Document.Index, Line: line, Column: column, Source: input.Document.Source(),
	}
}
