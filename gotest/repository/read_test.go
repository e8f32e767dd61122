package repository

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// found is what a format says of a finding. What a format does not carry is empty.
type found struct {
	File, Rule, Severity string
	Line, Column         int
	Object, Message      string
	Help                 string
}

// format is how a format is read, and what it carries of a finding that the JSON has.
type format struct {
	read    func(*testing.T, string) []found
	carries func(found) found
}

var formats = map[string]format{
	"json":    {readJSON, func(f found) found { return f }},
	"text":    {readLines, func(f found) found { f.Object, f.Help = "", ""; return f }},
	"compact": {readLines, func(f found) found { f.Object, f.Help = "", ""; return f }},
	"sarif":   {readSARIF, func(f found) found { return f }},
	"junit": {readJUnit, func(f found) found {
		f.Object, f.Help, f.Column, f.Severity = "", "", 0, onlyDeny(f.Severity)
		return f
	}},
	"github":      {readGitHub, func(f found) found { f.Help = ""; return f }},
	"azuredevops": {readAzure, func(f found) found { f.Help, f.Severity = "", denyOrWarn(f.Severity); return f }},
	"gitlab":      {readGitLab, func(f found) found { f.Help, f.Column = "", 0; return f }},
	"markdown":    {readMarkdown, func(f found) found { f.Column = 0; return f }},
}

// denyOrWarn is a severity where notes are warnings.
func denyOrWarn(severity string) string {
	if severity == "note" {
		return "warn"
	}
	return severity
}

// onlyDeny is a severity where only what fails the run has one.
func onlyDeny(severity string) string {
	if severity == "deny" {
		return severity
	}
	return ""
}

func readJSON(t *testing.T, text string) []found {
	published, err := os.ReadFile("../../docs/report.schema.json")
	require.NoError(t, err)
	validate(t, string(published), text)
	var document struct {
		Violations []struct {
			Rule, Severity, Message, Help, File string
			Line, Column                        int
			Object                              struct{ Kind, Namespace, Name string }
		}
	}
	require.NoError(t, json.Unmarshal([]byte(text), &document))
	var all []found
	for _, one := range document.Violations {
		name := one.Object.Name
		if one.Object.Namespace != "" {
			name = one.Object.Namespace + "/" + name
		}
		all = append(all, found{one.File, one.Rule, one.Severity, one.Line, one.Column, one.Object.Kind + " " + name, one.Message, one.Help})
	}
	return all
}

// validate checks a text by a JSON Schema.
func validate(t *testing.T, schema, text string) {
	t.Helper()
	described, err := jsonschema.UnmarshalJSON(strings.NewReader(schema))
	require.NoError(t, err)
	compiler := jsonschema.NewCompiler()
	require.NoError(t, compiler.AddResource("schema.json", described))
	compiled, err := compiler.Compile("schema.json")
	require.NoError(t, err)
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	require.NoError(t, err)
	require.NoError(t, compiled.Validate(document))
}

// lineForm is the form of a line of compilers: file:line:column: severity: message (rule).
var lineForm = regexp.MustCompile(`^(.+?):(\d+):(\d+): (deny|warn|note): (.* \(([a-z0-9-]+)\))$`)

func readLines(t *testing.T, text string) []found {
	var all []found
	for line := range strings.Lines(text) {
		if parts := lineForm.FindStringSubmatch(strings.TrimSuffix(line, "\n")); parts != nil {
			all = append(all, found{File: shown(parts[1]), Rule: parts[6], Severity: parts[4], Line: number(t, parts[2]), Column: number(t, parts[3]), Message: shown(parts[5])})
		}
		obeysNothing(t, line)
	}
	return all
}

// obeysNothing checks that no CI system takes a line for a command.
func obeysNothing(t *testing.T, line string) {
	t.Helper()
	_, found := runnerCommand(line)
	require.False(t, found, line)
	_, found = agentCommand(line)
	require.False(t, found, line)
}

func readSARIF(t *testing.T, text string) []found {
	log, err := sarif.FromString(text)
	require.NoError(t, err)
	require.Len(t, log.Runs, 1)
	help := map[string]string{}
	for _, rule := range log.Runs[0].Tool.Driver.Rules {
		if rule.HelpURI != nil {
			help[*rule.ID] = *rule.HelpURI
		}
	}
	var all []found
	for _, one := range log.Runs[0].Results {
		if len(one.Suppressions) > 0 {
			continue
		}
		at := one.Locations[0].PhysicalLocation
		file, err := url.PathUnescape(*at.ArtifactLocation.URI)
		require.NoError(t, err)
		object, message, _ := strings.Cut(*one.Message.Text, ": ")
		all = append(all, found{
			file, *one.RuleID, map[string]string{"error": "deny", "warning": "warn", "note": "note"}[one.Level],
			*at.Region.StartLine, *at.Region.StartColumn, object, message, help[*one.RuleID],
		})
	}
	return all
}

func readJUnit(t *testing.T, text string) []found {
	suites, err := junit.Ingest([]byte(text))
	require.NoError(t, err)
	var all []found
	for _, suite := range suites {
		for _, one := range suite.Tests {
			if one.Status == junit.StatusError {
				continue
			}
			made := found{File: shown(one.Properties["file"]), Rule: one.Classname, Line: number(t, one.Properties["line"]), Message: shown(one.Message)}
			if failure, failed := one.Error.(junit.Error); failed && one.Status == junit.StatusFailed {
				made.Severity = failure.Type
			}
			all = append(all, made)
		}
		require.Equal(t, len(suite.Tests), suite.Totals.Tests)
	}
	return all
}

func readGitHub(t *testing.T, text string) []found {
	var all []found
	for line := range strings.Lines(text) {
		one, ok := runnerCommand(strings.TrimSuffix(line, "\n"))
		require.True(t, ok, line)
		if one.properties["title"] == "winpolicy" {
			continue // an error
		}
		object, message, _ := strings.Cut(one.data, ": ")
		all = append(all, found{
			File: shown(one.properties["file"]), Rule: one.properties["title"], Severity: map[string]string{"error": "deny", "warning": "warn", "notice": "note"}[one.name],
			Line: number(t, one.properties["line"]), Column: number(t, one.properties["col"]), Object: object, Message: message,
		})
	}
	return all
}

func readAzure(t *testing.T, text string) []found {
	var all []found
	for line := range strings.Lines(text) {
		one, ok := agentCommand(strings.TrimSuffix(line, "\n"))
		require.True(t, ok, line)
		require.Equal(t, "task.logissue", one.name)
		if one.properties["code"] == "winpolicy" {
			continue // an error
		}
		object, message, _ := strings.Cut(one.data, ": ")
		all = append(all, found{
			File: shown(one.properties["sourcepath"]), Rule: one.properties["code"], Severity: map[string]string{"error": "deny", "warning": "warn"}[one.properties["type"]],
			Line: number(t, one.properties["linenumber"]), Column: number(t, one.properties["columnnumber"]), Object: object, Message: message,
		})
	}
	return all
}

var escaped = regexp.MustCompile(`\\u\{([0-9a-f]+)\}`)

// shown undoes the escapes of a text that is not for programs.
func shown(text string) string {
	return escaped.ReplaceAllStringFunc(text, func(one string) string {
		var char rune
		if _, err := fmt.Sscanf(one, `\u{%x}`, &char); err != nil {
			panic(err)
		}
		return string(char)
	})
}

func number(t *testing.T, text string) int {
	t.Helper()
	value, err := strconv.Atoi(text)
	require.NoError(t, err)
	return value
}
