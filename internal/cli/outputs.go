package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/files"
	"winpolicy/internal/finding"
	"winpolicy/internal/progress"
	"winpolicy/internal/report"
	"winpolicy/internal/version"
)

// outputs is the flags that say in which formats a report is written, and where.
type outputs struct {
	wanted   []string // FORMAT or FORMAT=FILE
	least    string
	failOn   string
	notes    bool
	excepted bool
	quiet    bool
	color    string
	live     bool // whether what is judged is a cluster
}

// makers make the writer of each format.
var makers = map[string]func(io.Writer, report.Options) report.Writer{
	"text":        report.Text,
	"compact":     report.Compact,
	"json":        report.JSON,
	"sarif":       report.SARIF,
	"junit":       report.JUnit,
	"github":      func(out io.Writer, options report.Options) report.Writer { return report.GitHub(out, nil, options) },
	"azuredevops": report.AzureDevOps,
	"gitlab":      report.GitLab,
	"markdown":    report.Markdown,
}

// whole are the formats that hold every finding unless --min-severity is given.
var whole = []string{"json", "sarif"}

func reportFormats() []string { return slices.Sorted(maps.Keys(makers)) }

func (o *outputs) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVarP(&o.wanted, "output", "o", []string{formatText}, "FORMAT or FORMAT=FILE; can be given several times: "+strings.Join(reportFormats(), ", "))
	flags.StringVar(&o.failOn, "fail-on", string(finding.Deny), "exit with 1 if there is a finding of this severity or a graver one: deny, warn, note or none")
	flags.StringVar(&o.least, "min-severity", "", "leave out findings below this severity (default: warn; json and sarif leave out none)")
	flags.BoolVar(&o.notes, "notes", false, "the same as --min-severity note")
	flags.BoolVar(&o.excepted, "show-excepted", false, "also show findings that exceptions cover; json always has them")
	flags.BoolVarP(&o.quiet, "quiet", "q", false, "print findings and errors, and no summary")
	flags.StringVar(&o.color, "color", "auto", "auto, always or never; NO_COLOR turns colours off")
	command.MarkFlagsMutuallyExclusive("notes", "min-severity")
}

// check returns what is wrong with the flags.
func (o *outputs) check() error {
	if o.notes {
		o.least = string(finding.Note)
	}
	if o.least != "" {
		if _, err := finding.ParseSeverity(o.least); err != nil {
			return fmt.Errorf("--min-severity: %w", err)
		}
	}
	if o.failOn != "none" {
		if _, err := finding.ParseSeverity(o.failOn); err != nil {
			return fmt.Errorf("--fail-on: %w, or none", err)
		}
	}
	if !slices.Contains([]string{"auto", "always", "never"}, o.color) {
		return fmt.Errorf("--color %q: write auto, always or never", o.color)
	}
	targets := map[string]bool{}
	for _, one := range o.wanted {
		name, file, _ := strings.Cut(one, "=")
		if makers[name] == nil {
			return fmt.Errorf("--output %q: no such format; write one of %s", name, strings.Join(reportFormats(), ", "))
		}
		if targets[file] {
			return fmt.Errorf("--output %q: two formats go to %s; write FORMAT=FILE for one of them", one, orStandardOutput(file))
		}
		targets[file] = true
	}
	return nil
}

func orStandardOutput(file string) string {
	if file == "" {
		return "standard output"
	}
	return file
}

// has tells whether a format is wanted.
func (o *outputs) has(names ...string) bool {
	return slices.ContainsFunc(o.wanted, func(one string) bool {
		name, _, _ := strings.Cut(one, "=")
		return slices.Contains(names, name)
	})
}

// opened are the writers of a run, and the files that they fill.
type opened struct {
	report.Writer
	files map[string]*bytes.Buffer
}

// open makes the writers. line is a line of progress on the terminal.
func (o *outputs) open(command *cobra.Command, line *progress.Line, rules []catalog.Rule) opened {
	made := opened{files: map[string]*bytes.Buffer{}}
	var writers []report.Writer
	for _, one := range o.wanted {
		name, file, toFile := strings.Cut(one, "=")
		out := command.OutOrStdout()
		if toFile {
			made.files[file] = &bytes.Buffer{}
			out = made.files[file]
		}
		options := o.options(name, out, rules)
		if widthOf(out) > 0 {
			out = line.Above(out)
		}
		if name == "github" {
			writers = append(writers, report.GitHub(out, made.summary(options), options))
			continue
		}
		writers = append(writers, makers[name](out, options))
	}
	made.Writer = report.Several(writers)
	return made
}

// stepSummary is the variable by which GitHub names the file of a step's summary.
const stepSummary = "GITHUB_STEP_SUMMARY"

// summary gives the writer of the summary of a step on GitHub, or nil.
func (o *opened) summary(options report.Options) report.Writer {
	path := os.Getenv(stepSummary)
	if path == "" {
		return nil
	}
	o.files[path] = &bytes.Buffer{}
	return report.Markdown(o.files[path], options)
}

func (o *outputs) options(name string, out io.Writer, rules []catalog.Rule) report.Options {
	options := report.Options{
		Excepted: o.excepted, Quiet: o.quiet, Live: o.live, Guide: guideOf(rules), Least: o.shown(), FailOn: o.threshold(),
	}
	if o.least == "" && slices.Contains(whole, name) {
		options.Least = ""
	}
	if options.Width = widthOf(out); options.Width > 0 {
		options.Color = o.color == "auto" && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	}
	options.Color = options.Color || o.color == "always"
	return options
}

// source names what is judged.
func (o *outputs) source() string {
	if o.live {
		return "the cluster"
	}
	return "files"
}

// guideOf gives what reports say about the rules.
func guideOf(rules []catalog.Rule) report.Guide {
	guide := report.Guide{Version: version.Program(), Rules: map[string]report.Rule{}}
	for _, rule := range rules {
		described := report.Rule{Title: rule.Title, Description: rule.Description, Remedy: rule.Remedy, Level: rule.Severities[0]}
		if !rule.Own() {
			described.Help = version.Help(rule.ID)
		}
		guide.Rules[rule.ID] = described
	}
	return guide
}

// End ends the reports, and writes the files.
func (o opened) End(total report.Total, diagnostics []report.Diagnostic) error {
	err := o.Writer.End(total, diagnostics)
	for _, path := range slices.Sorted(maps.Keys(o.files)) {
		if path == os.Getenv(stepSummary) {
			err = errors.Join(err, appendTo(path, o.files[path].Bytes()))
		} else if problem := files.Write(path, o.files[path].Bytes()); problem != nil {
			err = errors.Join(err, fmt.Errorf("--output: write %s: %w", path, problem))
		}
	}
	return err
}

// appendTo adds to the summary of a step, which other commands of the step may have begun.
func appendTo(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("%s: %w", stepSummary, err)
	}
	_, err = file.Write(text)
	return errors.Join(err, file.Close())
}

// shown gives the least severity that people see.
func (o *outputs) shown() finding.Severity {
	if o.least == "" {
		return finding.Warn
	}
	return finding.Severity(o.least)
}

// accepted gives the least severity that people see, or that fails a run.
func (o *outputs) accepted() finding.Severity {
	if fails := o.threshold(); fails != "" && fails.Compare(o.shown()) > 0 {
		return fails
	}
	return o.shown()
}

// verdict gives the exit code of a run. An error outweighs a finding, because the run is not complete.
func (o *outputs) verdict(total report.Total) error {
	if total.Errors > 0 {
		return exitError{code: exitFailed}
	}
	if total.Summary.Fails(o.threshold()) {
		return exitError{code: exitDenied}
	}
	return nil
}

// threshold gives the least severity that fails a run, or "" if none does.
func (o *outputs) threshold() finding.Severity {
	if o.failOn == "none" {
		return ""
	}
	return finding.Severity(o.failOn)
}
