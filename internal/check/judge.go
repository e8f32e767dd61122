package check

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// judge gives the verdict on one document, or on the error that came in its place.
func judge(ctx context.Context, rules *engine.Engine, document manifest.Document, err error) verdict {
	if err != nil {
		return verdict{errors: []report.Error{failure(err)}}
	}
	objects, faults := document.Objects()
	result := verdict{}
	for _, fault := range faults {
		result.errors = append(result.errors, failure(fault))
	}
	for _, object := range objects {
		if text(object.Value, "apiVersion") == "" || text(object.Value, "kind") == "" {
			result.skipped++
			continue
		}
		result.objects++
		said, err := rules.Judge(ctx, object.Value)
		if err != nil {
			line, _ := object.Position("")
			result.errors = append(result.errors, report.Error{
				File: document.File, Document: document.Index, Line: line, Message: err.Error(),
			})
		}
		for _, finding := range said.Findings {
			result.violations = append(result.violations, locate(finding, object))
		}
		for _, finding := range said.Excepted {
			result.excepted = append(result.excepted, locate(finding, object))
		}
		for _, finding := range said.Unverified {
			result.notes = append(result.notes, locate(finding, object).Notice())
		}
	}
	slices.SortStableFunc(result.violations, inOrder)
	slices.SortStableFunc(result.excepted, inOrder)
	return result
}

// inOrder is the order in which somebody reads the file.
func inOrder(a, b report.Violation) int {
	return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Rule, b.Rule))
}

// locate gives a finding its place in the file. The findings about an AdmissionReview name fields of the object in it.
func locate(finding engine.Finding, object manifest.Object) report.Violation {
	named, prefix := object.Value, ""
	if request, ok := object.Value["request"].(map[string]any); ok && object.Value["kind"] == "AdmissionReview" {
		named, _ = request["object"].(map[string]any)
		prefix = "request.object."
	}
	line, column := object.Position(prefix + finding.Field)
	metadata, _ := named["metadata"].(map[string]any)
	return report.Violation{
		Rule: finding.Rule, Severity: finding.Severity, Message: finding.Message, Field: finding.Field,
		Because: finding.Because, EnforcedBy: finding.EnforcedBy, Container: finding.Container, Fix: finding.Fix, Reasons: finding.Reasons,
		Object: report.Object{
			APIVersion: text(named, "apiVersion"), Kind: text(named, "kind"),
			Namespace: text(metadata, "namespace"), Name: text(metadata, "name"),
		},
		File: object.Document.File, Document: object.Document.Index, Line: line, Column: column,
	}
}

func failure(err error) report.Error {
	var fault *manifest.Error
	if !errors.As(err, &fault) {
		return report.Error{Message: err.Error()}
	}
	return report.Error{File: fault.File, Document: fault.Document, Line: fault.Line, Message: fault.Err.Error()}
}

func text(object map[string]any, key string) string {
	value, _ := object[key].(string)
	return value
}
