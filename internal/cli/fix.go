package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"

	"github.com/spf13/cobra"

	"winpolicy/internal/check"
	"winpolicy/internal/edit"
	"winpolicy/internal/files"
	"winpolicy/internal/finding"
	"winpolicy/internal/repair"
	"winpolicy/internal/report"
)

// maxRepaired is the size of the largest file that is repaired, because the whole file is in memory.
const maxRepaired = 64 << 20

type fixOptions struct {
	judging
	selection
	covering covering
	diff     bool
	write    bool
	notes    bool
}

func newFix() *cobra.Command {
	var options fixOptions
	command := &cobra.Command{
		Use:   "fix PATH...",
		Short: "Repair manifests: files or folders",
		Long: `Repair what a finding of any severity has a safe fix for, in the text of the files. Only the lines that must change do.
Comments, order, quotes and line ends stay.

Without --write, the command prints a unified diff on standard output, for git apply, and everything else on standard error.
--write replaces each file whole. A symbolic link stays, and the file that it names is replaced.

The findings that are left are listed, each with what to do.

Exit code 0: nothing would change, or with --write no warning and no denial is left. 1: something would change, or is left. 2: a
file cannot be read or written, or there is nothing to judge.`,
		Example: `  winpolicy fix deploy/ | git apply
  winpolicy fix deploy/ --write --skip-rule os-name`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, paths []string) error { return options.run(command, paths) },
	}
	flags := command.Flags()
	flags.BoolVar(&options.diff, "diff", false, "print the changes, and write nothing; the default")
	flags.BoolVar(&options.write, "write", false, "write the changes into the files")
	flags.BoolVar(&options.covering.noIgnore, "no-ignore", false, "repair also what comments and annotations ignore")
	flags.BoolVar(&options.notes, "notes", false, "also list findings of severity note that are left")
	command.MarkFlagsMutuallyExclusive("diff", "write")
	options.selection.register(command)
	options.judging.register(command)
	return command
}

func (o *fixOptions) run(command *cobra.Command, paths []string) (err error) {
	known, err := o.read(command)
	if err != nil {
		return err
	}
	input, err := check.Open(command.Context(), paths, o.options(command, known.document))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, input.Close()) }()
	rules, err := o.prepare(command, known, input)
	if err != nil {
		return err
	}
	run := fixRun{fixOptions: o, repairer: repair.Repairer{Rules: rules, Namespace: o.namespace, Ignores: o.covering.ignores(known)}, list: command.ErrOrStderr(), diffs: command.OutOrStdout()}
	if o.write {
		run.list = command.OutOrStdout()
	}
	for _, diagnostic := range input.Diagnostics() {
		fmt.Fprintln(run.list, diagnostic)
	}
	for _, failure := range input.Failures() {
		run.fail(failure)
	}
	for file := range input.Files() {
		if command.Context().Err() != nil {
			return command.Context().Err()
		}
		if err := run.file(command, file); err != nil {
			run.fail(report.Error{File: file.Name, Message: err.Error()})
		}
	}
	return run.end()
}

// fixRun counts what a run does.
type fixRun struct {
	*fixOptions
	repairer repair.Repairer
	list     io.Writer // of what is left
	diffs    io.Writer

	objects, files, fixed, left, errors int // left counts no notes
}

// file repairs one file.
func (r *fixRun) file(command *cobra.Command, file check.File) error {
	if file.Path == "" && r.write {
		return errors.New("a pipe cannot be written; use --diff, or name a file")
	}
	text, err := readAll(file)
	if err != nil {
		return err
	}
	result := r.repairer.File(command.Context(), file.Name, text)
	if err := command.Context().Err(); err != nil {
		return err
	}
	for _, failure := range result.Errors {
		r.fail(failure)
	}
	r.objects += result.Objects
	if !bytes.Equal(text, result.Text) {
		if err := r.change(file, text, result.Text); err != nil {
			return err
		}
		r.files++
	}
	r.fixed += len(result.Fixed)
	for _, one := range result.Left {
		r.stays(one)
	}
	return nil
}

func (r *fixRun) change(file check.File, before, after []byte) error {
	if r.write {
		return files.Replace(file.Path, before, after)
	}
	_, err := r.diffs.Write(edit.Diff(filepath.ToSlash(file.Name), before, after))
	return err
}

// stays lists a finding that is left, at its place in the file as it is after the command.
func (r *fixRun) stays(one repair.Left) {
	shown := one.Violation
	if !r.write && one.Before.File != "" {
		shown = one.Before
	}
	switch {
	case shown.Severity != finding.Note:
		r.left++
	case !r.notes:
		return
	}
	shown.Write(r.list, string(shown.Severity)+", not repaired")
	if one.Why != "" {
		fmt.Fprintf(r.list, "    no repair: %s\n", one.Why)
	}
}

func (r *fixRun) fail(failure report.Error) {
	r.errors++
	fmt.Fprintln(r.list, failure)
}

// end writes the summary and gives the exit code.
func (r *fixRun) end() error {
	verb := "repaired"
	if !r.write {
		verb = "would be repaired"
	}
	fmt.Fprintf(r.list, "%s %s in %s, %d left", report.Count(r.fixed, "finding"), verb, report.Count(r.files, "file"), r.left)
	if r.errors > 0 {
		fmt.Fprintf(r.list, ", %s", report.Count(r.errors, "error"))
	}
	fmt.Fprintln(r.list)
	switch {
	case r.errors > 0:
		return exitError{code: exitFailed}
	case r.objects == 0:
		return fmt.Errorf("%w; check the paths", check.ErrNoObject)
	case r.write && r.left > 0 || !r.write && r.files > 0:
		return exitError{code: exitDenied}
	}
	return nil
}

func readAll(file check.File) (text []byte, err error) {
	reader, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, reader.Close()) }()
	text, err = io.ReadAll(io.LimitReader(reader, maxRepaired+1))
	if len(text) > maxRepaired {
		return nil, fmt.Errorf("larger than %d MiB; split the file", maxRepaired>>20)
	}
	return text, err
}
