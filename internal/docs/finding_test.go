package docs

import (
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
)

func TestGeneral_PutsAnEllipsisInThePlaceOfValues(t *testing.T) {
	module := ast.MustParseModuleWithOpts(`package t

a := sprintf("The image is built for %s. Select nodes with %d.", ["x", 1])

b := sprintf("The image is %s", ["y"])

c := sprintf("%s: %s", ["y", "z"])`, ast.ParserOptions{RegoVersion: ast.RegoV1})
	formats := formatsOf([]rego.Module{{Parsed: module}})
	require.Len(t, formats, 2)
	for text, want := range map[string]string{
		"The image is built for 10.0. Select nodes with 2.": "The image is built for …. Select nodes with ….",
		"The image is old":      "The image is …",
		"Say: The image is old": "Say: The image is old",
		"The image is built for a\nb. Select nodes with 10.": "The image is built for …. Select nodes with ….",
	} {
		require.Equal(t, want, general(text, formats), text)
	}
}

func TestTable_HasOneRowForEachSeverityEnforcerAndText(t *testing.T) {
	at := func(severity finding.Severity, by, field, says string) sampled {
		return sampled{finding.Finding{
			Rule: "r", Severity: severity, EnforcedBy: by, Field: field, Message: field + ": " + says + " (r)",
		}, sample.Sample{}}
	}
	rows := table([]sampled{
		at("note", "advice", "spec.a", "Set it."),
		at("warn", "advice", "spec.template.spec.containers[1].b", "Remove it."),
		at("deny", "apiserver", "spec.b", "Remove it."),
		at("warn", "advice", "spec.jobTemplate.spec.template.spec.a", "Remove it."),
		at("warn", "advice", "spec.containers[0].b", "Remove it."),
	}, nil)
	require.Equal(t, []Row{
		{Fields: []string{"spec.b"}, Text: "Remove it.", Severity: "deny", EnforcedBy: "apiserver"},
		{Fields: []string{"spec.a", "spec.containers[*].b"}, Text: "Remove it.", Severity: "warn", EnforcedBy: "advice"},
		{Fields: []string{"spec.a"}, Text: "Set it.", Severity: "note", EnforcedBy: "advice"},
	}, rows)
}
