package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/jsontext"
	"winpolicy/internal/rego"
	"winpolicy/internal/ruletest"
	"winpolicy/internal/sample"
	"winpolicy/policies"
	"winpolicy/samples"
)

// testHelpers is the package of winpolicy's tests that makes pods and expected findings.
const testHelpers = "lib.windows.testing_test"

type testOptions struct {
	output string
	only   []string
	all    bool
	covers bool
}

func newTest() *cobra.Command {
	var options testOptions
	command := &cobra.Command{
		Use:   "test [DIR...]",
		Short: "Test the rules with samples, and your own rules with their tests in Rego",
		Long: `Test rules. A sample is a manifest with comments that say what the rules must find in it.

Without DIR, the command judges the samples of winpolicy with its rules.

DIR is a folder with your own rules. Beside each rule are its samples, *.yaml, and its tests in Rego, *_test.rego. A sample
speaks only of your own rules, whatever winpolicy's rules find in it.

Exit code 0: all passed. 1: something failed. 2: the rules or the samples cannot be read.`,
		Example: `  winpolicy test
  winpolicy test rules/ -o junit > report.xml`,
		RunE: func(command *cobra.Command, folders []string) error { return options.run(command, folders) },
	}
	flags := command.Flags()
	flags.StringVarP(&options.output, "output", "o", formatText, "format of the report: text, json or junit")
	flags.StringSliceVar(&options.only, "rule", nil, "use only the samples of this rule; can be given several times")
	flags.BoolVar(&options.covers, "coverage", false, "also say how much of your own rules the tests in Rego reach")
	flags.BoolVarP(&options.all, "verbose", "v", false, "also list what passed")
	return command
}

func (o *testOptions) run(command *cobra.Command, folders []string) error {
	if !slices.Contains([]string{formatText, formatJSON, "junit"}, o.output) {
		return fmt.Errorf("--output %q: write text, json or junit", o.output)
	}
	report, err := o.tested(command.Context(), folders)
	if err != nil {
		return err
	}
	if err := o.write(command.OutOrStdout(), report); err != nil {
		return err
	}
	if report.Failed() > 0 {
		return exitError{code: exitDenied}
	}
	return nil
}

func (o *testOptions) write(out io.Writer, report ruletest.Report) error {
	switch o.output {
	case formatText:
		return report.Text(out, o.all)
	case formatJSON:
		return jsontext.Write(out, report)
	}
	return report.JUnit(out)
}

// tested tests the rules of the folders, or those of the program.
func (o *testOptions) tested(ctx context.Context, folders []string) (ruletest.Report, error) {
	var report ruletest.Report
	added := ruleset{folders: folders}
	facts, err := added.facts()
	if err != nil {
		return report, err
	}
	all, err := o.samples(folders, facts.Rules)
	if err != nil {
		return report, err
	}
	rules, err := added.rules(ctx, planEngine, io.Discard)
	if err != nil {
		return report, err
	}
	if report.Samples, err = ruletest.Samples(ctx, rules, all, time.Now().UTC()); err != nil {
		return report, err
	}
	if len(folders) == 0 {
		return report, nil
	}
	report.Rego, report.Coverage, err = o.rego(ctx, added)
	if !o.covers {
		report.Coverage = nil
	}
	return report, err
}

// samples gives the samples of the rules that are asked for.
func (o *testOptions) samples(folders []string, rules []catalog.Rule) ([]sample.Sample, error) {
	for _, id := range o.only {
		if _, err := catalog.Find(rules, id); err != nil {
			return nil, err
		}
	}
	all, err := samplesOf(folders, rules)
	if len(o.only) > 0 {
		all = slices.DeleteFunc(all, func(one sample.Sample) bool { return !slices.Contains(o.only, one.Group()) })
	}
	return all, err
}

// samplesOf reads the samples beside the rules of some folders, or those of the program.
func samplesOf(folders []string, rules []catalog.Rule) ([]sample.Sample, error) {
	if len(folders) == 0 {
		return sample.Read(samples.FS)
	}
	return samplesBeside(folders, rules)
}

// samplesBeside reads the samples beside the rules of some folders.
func samplesBeside(folders []string, rules []catalog.Rule) ([]sample.Sample, error) {
	var all []sample.Sample
	var problems []error
	own := catalog.Own(rules)
	for _, folder := range folders {
		some, err := sample.ReadOwn(os.DirFS(folder), own[folder])
		all = append(all, some...)
		problems = append(problems, err)
	}
	return all, errors.Join(problems...)
}

// rego runs the tests in Rego of the folders. They can use the package of winpolicy's tests that makes pods.
func (o *testOptions) rego(ctx context.Context, added ruleset) ([]ruletest.Row, []ruletest.Coverage, error) {
	all, err := added.modules()
	if err != nil {
		return nil, nil, err
	}
	helpers, err := rego.LoadTests("", policies.FS)
	if err != nil {
		return nil, nil, err
	}
	helpers = slices.DeleteFunc(helpers, func(module rego.Module) bool { return module.Package() != testHelpers })
	var tests []rego.Module
	for _, folder := range added.folders {
		some, err := rego.LoadTests(folder, os.DirFS(folder))
		if err != nil {
			return nil, nil, err
		}
		tests = append(tests, some...)
	}
	return ruletest.Rego(ctx, all, tests, helpers)
}
