package report_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
	"winpolicy/internal/report"
)

// hostile has every character that a terminal or a CI system may take for a command.
const hostile = "::error::x ###vso[task.setvariable variable=a]b\x1b[31m\r\n##vso[task.complete]\u0085\u202e|`<b>]];,%25"

func violation(rule string, severity finding.Severity, line int) report.Violation {
	return report.Violation{
		Finding: finding.Finding{
			Rule: rule, Severity: severity, Field: "spec.hostPID", Message: "spec.hostPID: Windows has none. Remove it. (" + rule + ")",
			Because: "spec.os.name is windows", EnforcedBy: "apiserver",
		},
		Object: report.Object{APIVersion: "v1", Kind: "Pod", Namespace: "shop", Name: "web"}, File: "deploy/web.yaml", Line: line, Column: 3,
		Text: "  hostPID: true", Edits: []finding.Change{{Line: line, EndLine: line + 1}},
	}
}

// run is a report with a finding of each severity, one of another file with hostile text, an error and a diagnostic.
func run() *report.Report {
	made := report.New()
	made.Add(violation("host-namespaces", finding.Deny, 9))
	made.Add(violation("host-network", finding.Warn, 10))
	made.Add(violation("os-name", finding.Note, 4))
	bad := violation("host-namespaces", finding.Deny, 2)
	bad.File, bad.Object.Kind, bad.Object.Name, bad.Field, bad.Because = hostile, hostile, hostile, hostile, hostile
	bad.Message = hostile + ": Windows has none. Remove it. (host-namespaces)"
	made.Add(bad)
	made.Errors = []report.Error{{File: "broken.yaml", Line: 7, Message: "invalid YAML" + hostile}}
	made.Diagnostics = []report.Diagnostic{{Kind: "chart", File: "charts/web", Message: "this is a Helm chart" + hostile}}
	return made
}

type maker = func(io.Writer, report.Options) report.Writer

var formats = map[string]maker{
	"text": report.Text, "compact": report.Compact, "json": report.JSON, "sarif": report.SARIF, "junit": report.JUnit,
	"azuredevops": report.AzureDevOps, "gitlab": report.GitLab, "markdown": report.Markdown,
	"github": func(out io.Writer, options report.Options) report.Writer { return report.GitHub(out, nil, options) },
	"terminal": func(out io.Writer, options report.Options) report.Writer {
		options.Width = 72
		return report.Text(out, options)
	},
}

func written(t *testing.T, make maker, options report.Options, parts ...*report.Report) string {
	t.Helper()
	var out bytes.Buffer
	writer, total := make(&out, options), report.Total{}
	for _, part := range parts {
		total.Count(part)
		require.NoError(t, writer.Write(part))
	}
	require.NoError(t, writer.End(total, nil))
	return out.String()
}

// Nothing of a manifest reaches a terminal or the log of a CI system as a command.
func TestFormats_EscapeWhatComesFromInput(t *testing.T) {
	for name, make := range formats {
		t.Run(name, func(t *testing.T) {
			text := written(t, make, report.Options{FailOn: finding.Deny}, run())
			for _, char := range text {
				require.False(t, char < ' ' && char != '\n' || char >= 0x7f && char < 0xa0 || char == 0x202e, "%q in\n%s", char, text)
			}
			if name != "azuredevops" {
				require.NotContains(t, text, "##vso[")
			}
			if name == "json" || name == "sarif" || name == "gitlab" {
				return // JSON is read by programs
			}
			for line := range strings.Lines(text) {
				line = strings.TrimSpace(line)
				require.False(t, strings.HasPrefix(line, "::error::x"), line)
				require.False(t, strings.HasPrefix(line, "##vso[task.complete"), line)
			}
		})
	}
}

func TestSARIF_MatchesTheSchemaOfOASIS(t *testing.T) {
	guide := report.Guide{Version: "v1.2.3", Rules: map[string]report.Rule{"host-network": {
		Title: "The host's network", Description: "Why.", Remedy: "Remove it.", Help: "https://example.com/rules/host-network", Level: finding.Warn,
	}}}
	schema := sarifSchema(t)
	for name, part := range map[string]*report.Report{"findings": run(), "nothing": report.New()} {
		document, err := jsonschema.UnmarshalJSON(strings.NewReader(written(t, report.SARIF, report.Options{Guide: guide}, part)))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(document), name)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(`{"version": "2.1.0", "runs": [{"results": [{}]}]}`))
	require.NoError(t, err)
	require.Error(t, schema.Validate(document))
}

// sarifSchema compiles the schema of OASIS, which the module of the reader has as a constant of its source.
func sarifSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3").Output()
	require.NoError(t, err)
	file, err := parser.ParseFile(token.NewFileSet(), strings.TrimSpace(string(folder))+"/pkg/report/v210/sarif/schema.go", nil, 0)
	require.NoError(t, err)
	var text string
	ast.Inspect(file, func(node ast.Node) bool {
		if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			text = strings.Trim(literal.Value, "`")
		}
		return true
	})
	described, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("sarif.json", described))
	schema, err := compiler.Compile("sarif.json")
	require.NoError(t, err)
	return schema
}

func TestSARIF_SaysWhatItLeftOut(t *testing.T) {
	part := report.New()
	for line := range 5003 {
		severity := finding.Note
		if line > 4990 {
			severity = finding.Deny
		}
		part.Add(violation("a-rule", severity, line+1))
	}
	log, err := sarif.FromString(written(t, report.SARIF, report.Options{}, part))
	require.NoError(t, err)
	require.Len(t, log.Runs[0].Results, 5000)
	require.Equal(t, "error", log.Runs[0].Results[0].Level, "the gravest come first")
	require.Equal(t, "3 results left out, because code scanning shows 5000", *log.Runs[0].Invocations[0].ToolExecutionNotifications[0].Message.Text)
}

// A fingerprint stays if lines move, and changes with the field. Equal findings have different ones.
func TestFingerprint_StaysIfLinesMove(t *testing.T) {
	prints := func(changes ...func(*report.Violation)) []string {
		part := report.New()
		for _, change := range changes {
			made := violation("a-rule", finding.Deny, 9)
			change(&made)
			part.Add(made)
		}
		log, err := sarif.FromString(written(t, report.SARIF, report.Options{}, part))
		require.NoError(t, err)
		var all []string
		for _, one := range log.Runs[0].Results {
			all = append(all, one.PartialFingerprints["winpolicy/v1"])
		}
		return all
	}
	same := func(*report.Violation) {}
	moved := func(v *report.Violation) { v.Line, v.Text = 20, "other" }
	field := func(v *report.Violation) { v.Field = "spec.hostIPC" }
	first := prints(same)
	require.Equal(t, first, prints(moved))
	require.NotEqual(t, first, prints(field))
	two := prints(same, same)
	require.NotEqual(t, two[0], two[1])
}

func TestGitHub_WritesNoMoreThanARunShows(t *testing.T) {
	part := report.New()
	for line := range 12 {
		part.Add(violation("a-rule", finding.Warn, line+1))
	}
	text := written(t, formats["github"], report.Options{}, part)
	require.Equal(t, 10, strings.Count(text, "::warning "))
	require.Contains(t, text, "GitHub shows 10 annotations of each kind, so 2 of 12 warnings are left out; add -o text=FILE to list all\n")
}

func TestOptions_LeastLeavesOutWhatIsBelow(t *testing.T) {
	for least, want := range map[finding.Severity]int{"": 4, finding.Note: 4, finding.Warn: 3, finding.Deny: 2} {
		text := written(t, report.Compact, report.Options{Least: least}, run())
		require.Len(t, regexp.MustCompile(`: (deny|warn|note): `).FindAllString(text, -1), want, least)
	}
}

// A message parts the findings about an object. What follows it names the object again, whether that is in a file or not.
func TestTerminal_NamesTheObjectAgainBehindAMessage(t *testing.T) {
	for _, file := range []string{"", "deploy/web.yaml"} {
		part := report.New()
		one := violation("host-namespaces", finding.Deny, 9)
		one.File = file
		part.Add(one)
		part.Add(one)
		part.Diagnostics = []report.Diagnostic{{Kind: "unverified", Message: "who knows"}}
		text := written(t, formats["terminal"], report.Options{Live: file == ""}, part, part)
		require.Equal(t, 2, strings.Count(text, "Pod shop/web, because"), text)
		require.Equal(t, 4, strings.Count(text, "deny host-namespaces"), text)
	}
}

func TestTerminal_ShowsTheLineAndWrapsToTheWidth(t *testing.T) {
	for _, width := range []int{40, 60, 200} {
		var out bytes.Buffer
		writer := report.Text(&out, report.Options{Width: width})
		part := report.New()
		part.Add(violation("host-namespaces", finding.Deny, 9))
		require.NoError(t, writer.Write(part))
		require.Contains(t, out.String()+flushed(t, writer, &out), "      hostPID: true\n      ^\n")
		for line := range strings.Lines(out.String()) {
			require.LessOrEqual(t, len(strings.TrimRight(line, "\n")), max(width, 60), line)
		}
	}
}

func flushed(t *testing.T, writer report.Writer, out *bytes.Buffer) string {
	t.Helper()
	require.NoError(t, writer.End(report.Total{}, nil))
	return out.String()
}
