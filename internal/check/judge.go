package check

import (
	"cmp"
	"context"
	"slices"

	"winpolicy/internal/edit"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Judge judges objects and reports the findings, ordered by line and column. An object that the rules cannot judge is an
// error in the report. An object without apiVersion or kind is skipped and counted.
func Judge(ctx context.Context, rules *engine.Engine, inputs []manifest.Input) *report.Report {
	return judge(ctx, rules, inputs, false)
}

// judge is Judge, with the edits of each violation if edits is true.
func judge(ctx context.Context, rules *engine.Engine, inputs []manifest.Input, edits bool) *report.Report {
	result := report.New()
	for _, input := range inputs {
		if manifest.Text(input.Value, "apiVersion") == "" || manifest.Text(input.Value, "kind") == "" {
			result.Summary.Skipped++
			continue
		}
		result.Summary.Objects++
		verdict, err := rules.Judge(ctx, input.Value)
		if err != nil {
			at := place(input, "")
			result.Errors = append(result.Errors, report.Error{
				File: at.File, Document: at.Document, Line: at.Line, Message: err.Error(),
			})
		}
		for _, one := range verdict.Findings {
			violation := locate(one, input)
			if edits {
				violation.Edits = editsOf(one, input)
			}
			result.Add(violation)
		}
		for _, one := range verdict.Excepted {
			result.Except(locate(one, input))
		}
		for _, one := range verdict.Unverified {
			result.Diagnostics = append(result.Diagnostics, locate(one, input).Diagnostic())
		}
	}
	slices.SortStableFunc(result.Violations, byPlace)
	slices.SortStableFunc(result.Excepted, byPlace)
	return result
}

// editsOf returns the changes of the file that the fix of a finding makes. It returns none for an AdmissionReview, which nobody
// edits, and none if the text cannot take the fix.
func editsOf(one finding.Finding, input manifest.Input) []finding.Change {
	if len(one.Fix) == 0 || input.Document == nil || manifest.Text(input.Value, "kind") == "AdmissionReview" {
		return nil
	}
	root, path := input.Place()
	changes, err := edit.Changes(*input.Document, edit.Edit{Root: root, Path: path, Operations: one.Fix})
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
func locate(one finding.Finding, input manifest.Input) report.Violation {
	judged, prefix := input.Value, ""
	if manifest.Text(input.Value, "kind") == "AdmissionReview" {
		if inner, ok := manifest.Inner(input.Value, "request", "object"); ok {
			judged, prefix = inner, "request.object."
		}
	}
	violation := place(input, prefix+one.Field)
	violation.Finding = one
	violation.Object = report.Object{
		APIVersion: manifest.Text(judged, "apiVersion"), Kind: manifest.Text(judged, "kind"),
		Namespace: manifest.Text(judged, "metadata", "namespace"), Name: manifest.Text(judged, "metadata", "name"),
	}
	return violation
}

// place returns a violation that has only the place of a field. An object that no document holds has no file.
func place(input manifest.Input, field string) report.Violation {
	line, column := input.Position(field)
	at := report.Violation{Line: line, Column: column}
	if input.Document != nil {
		at.File, at.Document = input.Document.File, input.Document.Index
	}
	return at
}
