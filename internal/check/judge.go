package check

import (
	"cmp"
	"context"
	"slices"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Judge judges objects and reports the findings, ordered by line and column. An object that the rules cannot judge is an
// error in the report. An object without apiVersion or kind is skipped and counted.
func Judge(ctx context.Context, rules *engine.Engine, objects []manifest.Object) *report.Report {
	result := report.New()
	for _, object := range objects {
		if text(object.Value, "apiVersion") == "" || text(object.Value, "kind") == "" {
			result.Summary.Skipped++
			continue
		}
		result.Summary.Objects++
		verdict, err := rules.Judge(ctx, object.Value)
		if err != nil {
			at := place(object, "")
			result.Errors = append(result.Errors, report.Error{
				File: at.File, Document: at.Document, Line: at.Line, Message: err.Error(),
			})
		}
		for _, one := range verdict.Findings {
			result.Add(locate(one, object))
		}
		for _, one := range verdict.Excepted {
			result.Except(locate(one, object))
		}
		for _, one := range verdict.Unverified {
			result.Diagnostics = append(result.Diagnostics, locate(one, object).Diagnostic())
		}
	}
	slices.SortStableFunc(result.Violations, byPlace)
	slices.SortStableFunc(result.Excepted, byPlace)
	return result
}

func byPlace(a, b report.Violation) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule))
}

// locate adds to a finding the object and its place in the file. A finding about an AdmissionReview names a field of
// the object inside the review.
func locate(one finding.Finding, object manifest.Object) report.Violation {
	judged, prefix := object.Value, ""
	if request, ok := object.Value["request"].(map[string]any); ok && object.Value["kind"] == "AdmissionReview" {
		judged, _ = request["object"].(map[string]any)
		prefix = "request.object."
	}
	violation := place(object, prefix+one.Field)
	violation.Finding = one
	metadata, _ := judged["metadata"].(map[string]any)
	violation.Object = report.Object{
		APIVersion: text(judged, "apiVersion"), Kind: text(judged, "kind"),
		Namespace: text(metadata, "namespace"), Name: text(metadata, "name"),
	}
	return violation
}

// place returns a violation that has only the place of a field. An object that no document holds has no file.
func place(object manifest.Object, field string) report.Violation {
	line, column := object.Position(field)
	at := report.Violation{Line: line, Column: column}
	if object.Document != nil {
		at.File, at.Document = object.Document.File, object.Document.Index
	}
	return at
}

func text(object map[string]any, key string) string {
	value, _ := object[key].(string)
	return value
}
