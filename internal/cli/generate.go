package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"winpolicy/internal/config"
	"winpolicy/internal/coverage"
	"winpolicy/internal/docgen"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/modules"
	"winpolicy/internal/sample"
	"winpolicy/samples"
)

type generateOptions struct {
	config   configuration
	checking bool
	grouping string
	source   string
	samples  string
	target   string
}

func newGenerate() *cobra.Command {
	var options generateOptions
	command := &cobra.Command{
		Use:   "generate",
		Short: "Write the ConstraintTemplates, the Constraints and the documentation of the rules",
		Long: `Write the ConstraintTemplates from the rules, the Constraints from rules and configuration, and below docs/ a page for
each rule, the indexes, the schema of the configuration, and coverage.md where there is a coverage.yaml.

--check writes nothing and fails where a file differs from what would be written.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			files, err := options.files(command)
			if err != nil {
				return err
			}
			if options.checking {
				return drift(options.target, files)
			}
			return replace(options.target, files)
		},
	}
	command.Flags().BoolVar(&options.checking, "check", false, "compare, and write nothing")
	command.Flags().StringVar(&options.grouping, "group", string(gatekeeper.ByCategory), "what makes one template: rule, category or all")
	command.Flags().StringVar(&options.source, "policies", "", "folder of the rules (default: those of the program)")
	command.Flags().StringVar(&options.samples, "samples", "", "folder of the samples that pages and suites show (default: those of the program)")
	command.Flags().StringVar(&options.target, "out", ".", "root of the project to write into")
	options.config.register(command)
	return command
}

func (o generateOptions) files(command *cobra.Command) (map[string][]byte, error) {
	grouping := gatekeeper.Grouping(o.grouping)
	if !slices.Contains(gatekeeper.Groupings, grouping) {
		return nil, fmt.Errorf("--group %q: the groupings are %s, %s, %s", grouping, gatekeeper.All, gatekeeper.ByCategory, gatekeeper.ByRule)
	}
	all, err := product()
	if o.source != "" {
		all, err = modules.Load(os.DirFS(o.source))
	}
	if err != nil {
		return nil, err
	}
	facts, err := factsOf(all)
	if err != nil {
		return nil, err
	}
	document, err := o.config.load(command, facts)
	if err != nil {
		return nil, err
	}
	files, err := gatekeeper.Files(all, facts.rules, gatekeeper.Options{
		Grouping: grouping, Settings: document.Settings(), Gatekeeper: document.Gatekeeper(),
	})
	if err != nil {
		return nil, err
	}
	known, err := o.known()
	if err != nil {
		return nil, err
	}
	suites, err := gatekeeper.Suites(facts.rules, known, grouping)
	if err != nil {
		return nil, err
	}
	maps.Copy(files, suites)
	pages, err := o.pages(facts, known)
	maps.Copy(files, pages)
	return files, err
}

// known are the samples that are shown.
func (o generateOptions) known() ([]sample.Sample, error) {
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

// pages are what is written below docs/.
func (o generateOptions) pages(facts facts, known []sample.Sample) (map[string][]byte, error) {
	files, err := docgen.Files(facts.rules, known)
	if err != nil {
		return nil, err
	}
	files["docs/"+config.SchemaID], err = config.Publish(facts.rules, facts.platformNames())
	if err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(o.target, coverage.File))
	if errors.Is(err, fs.ErrNotExist) {
		return files, nil
	}
	if err != nil {
		return nil, err
	}
	table, err := coverage.Parse(text)
	files[coverage.PageFile] = table.Page()
	return files, err
}

// drift tells every file that is not what it would be generated to.
func drift(target string, files map[string][]byte) error {
	present, err := generatedFiles(target, files)
	if err != nil {
		return err
	}
	var problems []error
	for _, path := range slices.Sorted(maps.Keys(files)) {
		switch found, ok := present[path]; {
		case !ok:
			problems = append(problems, fmt.Errorf("%s is missing", filepath.Join(target, path)))
		case !bytes.Equal(found, files[path]):
			problems = append(problems, fmt.Errorf("%s differs from its source", filepath.Join(target, path)))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(present)) {
		if _, ok := files[path]; !ok {
			problems = append(problems, fmt.Errorf("%s has no source any more", filepath.Join(target, path)))
		}
	}
	if len(problems) > 0 {
		problems = append(problems, errors.New("run `winpolicy generate` with the same flags (in its own project: `make generate`), and commit what it writes"))
	}
	return errors.Join(problems...)
}

// replace writes the files, each whole or not at all, and removes generated ones that have no source any more.
func replace(target string, files map[string][]byte) error {
	present, err := generatedFiles(target, files)
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(files)) {
		if err := writeFile(filepath.Join(target, path), files[path]); err != nil {
			return err
		}
	}
	for path := range present {
		if _, ok := files[path]; !ok {
			if err := os.Remove(filepath.Join(target, path)); err != nil {
				return err
			}
		}
	}
	return nil
}

// generatedFiles are the files that are there of those to be generated, and of the folders that are generated those that
// say so and are not any more. Anything else is left alone.
func generatedFiles(target string, files map[string][]byte) (map[string][]byte, error) {
	present := map[string][]byte{}
	for path := range files {
		text, err := os.ReadFile(filepath.Join(target, path))
		if err == nil {
			present[path] = text
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	return present, errors.Join(
		addMarked(present, target, gatekeeper.Folder, gatekeeper.Header),
		addMarked(present, target, docgen.Folder, docgen.Header),
	)
}

// addMarked adds the files of a folder that begin with the header of what is generated.
func addMarked(present map[string][]byte, target, folder, header string) error {
	root := filepath.Join(target, folder)
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return nil
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && bytes.HasPrefix(text, []byte(header)) {
			relative, _ := filepath.Rel(target, path)
			present[filepath.ToSlash(relative)] = text
		}
		return err
	})
}
