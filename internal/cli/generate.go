package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"winpolicy/internal/chart"
	"winpolicy/internal/compiled"
	"winpolicy/internal/docs"
	"winpolicy/internal/files"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/planner"
	"winpolicy/internal/sample"
	"winpolicy/internal/version"
	"winpolicy/samples"
)

type generateOptions struct {
	config   configuration
	ruleset  ruleset
	check    bool
	grouping string
	samples  string
	out      string
	suites   string
	compiled string
	charts   string

	admission string
}

func newGenerate() *cobra.Command {
	var options generateOptions
	command := &cobra.Command{
		Use:   "generate",
		Short: "Write the ConstraintTemplates, the Constraints and the documentation of the rules",
		Long: `Write the ConstraintTemplates from the rules, and the Constraints from the rules and the configuration. Below docs/,
write a page for each rule, the indexes and the schema of the configuration. If there is a docs/coverage.yaml, write
docs/coverage.md.

--check writes nothing, and fails if a file differs from what would be written.

--suites writes a folder for gator verify instead: suites made from the samples, templates and Constraints.

--admission writes a folder with policies that Kubernetes 1.36 and later enforces without Gatekeeper instead.`,
		Example: `  winpolicy generate
  winpolicy generate --suites /tmp/suites && gator verify /tmp/suites/...
  winpolicy generate --admission admission --platform generic`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return options.run(command) },
	}
	flags := command.Flags()
	flags.BoolVar(&options.check, "check", false, "compare, and write nothing")
	flags.StringVar(&options.grouping, "group", string(gatekeeper.BySubject), "what makes one template: rule, category, subject or all")
	flags.StringVar(&options.samples, "samples", "", "folder of the samples that pages and suites show (default: those of the program)")
	flags.StringVar(&options.out, "out", ".", "root of the project to write into")
	flags.StringVar(&options.suites, "suites", "", "folder to write the suites into, and nothing else")
	flags.StringVar(&options.compiled, "compiled", "", "also write the plan and the catalogue of the rules into this folder below --out; winpolicy is built with them")
	flags.StringVar(&options.admission, "admission", "", "folder to write admission policies into, and nothing else")
	flags.StringVar(&options.charts, "charts", "", "also write what the Helm charts in this folder below --out repeat from the rules; a chart takes the configuration as values")
	command.MarkFlagsMutuallyExclusive("suites", "check")
	command.MarkFlagsMutuallyExclusive("suites", "admission")
	command.MarkFlagsMutuallyExclusive("out", "admission")
	command.MarkFlagsMutuallyExclusive("suites", "out")
	options.ruleset.register(command)
	options.config.register(command)
	return command
}

func (o generateOptions) run(command *cobra.Command) error {
	made, err := o.generated(command)
	if err != nil {
		return err
	}
	if o.suites != "" {
		return o.writeSuites(made)
	}
	generated, err := o.files(command, made)
	if err != nil {
		return err
	}
	if !o.check {
		return generated.Write(command.Context())
	}
	if err := generated.Check(); err != nil {
		return errors.Join(err, errors.New("run `winpolicy generate` with the same flags (in its own project: `make generate`), and commit what it writes"))
	}
	return nil
}

// files gives what the command writes, or compares.
func (o generateOptions) files(command *cobra.Command, made source) (files.Generated, error) {
	if o.admission != "" {
		return made.admissionSet(o.admission, command.ErrOrStderr())
	}
	content, err := o.content(command, made)
	generated := files.Generated{
		Root: o.out, Content: content,
		Headers: map[string]string{gatekeeper.Folder: gatekeeper.Header, docs.Folder: docs.Header},
	}
	if o.charts != "" {
		generated.Headers[filepath.ToSlash(o.charts)] = chart.Header
	}
	return generated, err
}

func (o generateOptions) generated(command *cobra.Command) (source, error) {
	grouping := gatekeeper.Grouping(o.grouping)
	if !slices.Contains(gatekeeper.Groupings, grouping) {
		return source{}, fmt.Errorf("--group %q: write rule, category, subject or all", grouping)
	}
	all, err := o.ruleset.modules()
	if err != nil {
		return source{}, err
	}
	facts, err := compiled.FactsOf(all)
	if err != nil {
		return source{}, err
	}
	document, err := o.config.load(command, facts)
	if err != nil {
		return source{}, err
	}
	known, err := o.readSamples()
	return source{
		modules: all, facts: facts, samples: known, document: document,
		options: gatekeeper.Options{
			Grouping: grouping, Settings: document.Settings(), Gatekeeper: document.Gatekeeper(), Project: os.DirFS(o.out),
		},
	}, err
}

func (o generateOptions) readSamples() ([]sample.Sample, error) {
	var tree fs.FS = samples.FS
	if o.samples != "" {
		tree = os.DirFS(o.samples)
	}
	all, err := sample.Read(tree)
	if err != nil {
		return nil, fmt.Errorf("read the samples: %w", err)
	}
	return all, nil
}

// content gives the text of each file by its path in the project.
func (o generateOptions) content(command *cobra.Command, made source) (map[string][]byte, error) {
	content, err := gatekeeper.Files(made.modules, made.facts.Rules, made.options)
	if err != nil {
		return nil, err
	}
	if err := o.addCharts(content, made); err != nil {
		return nil, err
	}
	coverage, err := os.ReadFile(filepath.Join(o.out, docs.CoverageFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	own, err := samplesBeside(o.ruleset.folders, made.facts.Rules)
	if err != nil {
		return nil, fmt.Errorf("read the samples: %w", err)
	}
	policies, err := made.admission()
	if err != nil {
		return nil, err
	}
	pages, err := docs.Files(command.Context(), docs.Source{
		Policies: policies, Modules: made.modules, Rules: made.facts.Rules, Samples: slices.Concat(made.samples, own), Platforms: platformNames(made.facts), Coverage: coverage,
	})
	if err != nil {
		return nil, err
	}
	maps.Copy(content, pages)
	if o.compiled == "" {
		return content, nil
	}
	fast, err := planner.Files(command.Context(), made.modules)
	for name, text := range fast {
		content[path.Join(filepath.ToSlash(o.compiled), name)] = text
	}
	return content, err
}

// addCharts adds the files of the charts to those of Gatekeeper, if --charts asks for them.
func (o generateOptions) addCharts(content map[string][]byte, made source) error {
	if o.charts == "" {
		return nil
	}
	charts, err := chart.Files(chart.Source{
		Rules: made.facts.Rules, Platforms: platformNames(made.facts), Grouping: made.options.Grouping,
		Templates: content, Version: version.Release,
	})
	for name, text := range charts {
		content[path.Join(filepath.ToSlash(o.charts), name)] = text
	}
	return err
}

func (o generateOptions) writeSuites(made source) error {
	content, err := gatekeeper.Suites(made.modules, made.facts.Rules, made.samples, made.options)
	if err != nil {
		return err
	}
	if err := files.WriteFolder(o.suites, content); err != nil {
		return fmt.Errorf("--suites: %w", err)
	}
	return nil
}
