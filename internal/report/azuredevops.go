package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"winpolicy/internal/finding"
)

// AzureDevOps writes logging commands of Azure Pipelines, which show in the summary of a run. They know errors and warnings
// only, so a note is a warning.
func AzureDevOps(out io.Writer, options Options) Writer {
	return &azureWriter{bufio.NewWriterSize(out, bufferSize), options}
}

type azureWriter struct {
	out     *bufio.Writer
	options Options
}

func (w *azureWriter) Write(part *Report) error {
	for _, one := range w.options.shown(part.Violations) {
		kind := "warning"
		if one.Severity == finding.Deny {
			kind = "error"
		}
		w.issue(kind, one.File, one.Line, one.Column, one.Rule, one.Object.String()+": "+one.Message)
	}
	for _, one := range part.Errors {
		w.issue("error", one.File, one.Line, 0, "winpolicy", one.Message)
	}
	_, err := w.out.Write(nil)
	return err
}

// issue writes a command. A line or a column of 0 is left out.
func (w *azureWriter) issue(kind, file string, line, column int, code, message string) {
	place := ""
	if file != "" {
		place = "sourcepath=" + azureProperty(Escape(file)) + ";"
	}
	if line > 0 {
		place += fmt.Sprintf("linenumber=%d;", line)
	}
	if column > 0 {
		place += fmt.Sprintf("columnnumber=%d;", column)
	}
	fmt.Fprintf(w.out, "##vso[task.logissue type=%s;%scode=%s;]%s\n", kind, place, azureProperty(code), azureData(Escape(message)))
}

func (w *azureWriter) End(Total, []Diagnostic) error { return w.out.Flush() }

// azureData and azureProperty escape what the agent reads as a part of a command.
func azureData(text string) string {
	return strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func azureProperty(text string) string {
	return strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A", "]", "%5D", ";", "%3B").Replace(text)
}
