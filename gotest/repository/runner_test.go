package repository

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// command is a line that a CI system obeys.
type command struct {
	name       string
	properties map[string]string
	data       string
}

// runnerCommand reads a line as GitHub's runner does: `::NAME KEY=VALUE,KEY=VALUE::DATA` behind white space. In a value %0D,
// %0A, %3A, %2C and at last %25 stand for a character, in the data only %0D, %0A and %25. The runner also knows an older form,
// `##[NAME]DATA`, anywhere in a line.
func runnerCommand(line string) (command, bool) {
	if _, rest, found := strings.Cut(line, "##["); found && strings.Contains(rest, "]") {
		name, data, _ := strings.Cut(rest, "]")
		return command{name: name, data: data}, true
	}
	rest, found := strings.CutPrefix(strings.TrimSpace(line), "::")
	head, data, complete := strings.Cut(rest, "::")
	if !found || !complete {
		return command{}, false
	}
	name, list, _ := strings.Cut(head, " ")
	return command{
		name: name, properties: properties(list, ",", "%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%"),
		data: inTurn(data, "%0D", "\r", "%0A", "\n", "%25", "%"),
	}, true
}

// agentCommand reads a line as the agent of Azure Pipelines does: `##vso[AREA.EVENT KEY=VALUE;KEY=VALUE]DATA` anywhere in the
// line. The first ] ends the properties. %3B, %0D, %0A, %5D and at last %AZP25 stand for a character.
func agentCommand(line string) (command, bool) {
	_, rest, found := strings.Cut(line, "##vso[")
	head, data, complete := strings.Cut(rest, "]")
	name, list, _ := strings.Cut(head, " ")
	if !found || !complete || strings.Count(name, ".") != 1 {
		return command{}, false
	}
	escapes := []string{"%3B", ";", "%0D", "\r", "%0A", "\n", "%5D", "]", "%AZP25", "%"}
	return command{name: name, properties: properties(list, ";", escapes...), data: inTurn(data, escapes...)}, true
}

// properties reads KEY=VALUE between separators. Names of keys have no case.
func properties(list, separator string, escapes ...string) map[string]string {
	all := map[string]string{}
	for one := range strings.SplitSeq(list, separator) {
		if key, value, found := strings.Cut(one, "="); found {
			all[strings.ToLower(key)] = inTurn(value, escapes...)
		}
	}
	return all
}

// inTurn replaces one escape after the other, as both programs do.
func inTurn(text string, escapes ...string) string {
	for i := 0; i < len(escapes); i += 2 {
		text = strings.ReplaceAll(text, escapes[i], escapes[i+1])
	}
	return text
}

func TestRunner_ReadsTheExamplesOfTheDocumentation(t *testing.T) {
	got, found := runnerCommand("::error file=app.js,line=1,col=5,title=a%3A%2C%25::Missing%0Asemicolon, 100%25")
	require.True(t, found)
	require.Equal(t, command{"error", map[string]string{"file": "app.js", "line": "1", "col": "5", "title": "a:,%"}, "Missing\nsemicolon, 100%"}, got)
	got, found = agentCommand("build: ##vso[task.logissue type=warning;SourcePath=a%3Bb%5D.cs;linenumber=1;code=100;]Found %AZP250A.")
	require.True(t, found)
	require.Equal(t, command{"task.logissue", map[string]string{"type": "warning", "sourcepath": "a;b].cs", "linenumber": "1", "code": "100"}, "Found %0A."}, got)
	for _, line := range []string{"error: ::error::x", "::error", "no command"} {
		_, found = runnerCommand(line)
		require.False(t, found, line)
	}
	_, found = agentCommand("##vso[nothing]x")
	require.False(t, found)
}
