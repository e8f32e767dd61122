package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/plan"
	"winpolicy/internal/planner"
	"winpolicy/internal/rego"
)

// ruleset is the flag by which a command adds rules to those of the program.
type ruleset struct {
	folders []string
	loaded  []rego.Module // nil until they are asked for
}

func (r *ruleset) register(command *cobra.Command) {
	command.Flags().StringArrayVarP(&r.folders, "policies", "p", nil, "folder with your own rules, which are added to the built-in rules; can be given several times")
}

// modules gives the modules of the program and of the folders, which are parsed once.
func (r *ruleset) modules() ([]rego.Module, error) {
	if r.loaded != nil {
		return r.loaded, nil
	}
	all, err := product()
	if err != nil {
		return nil, err
	}
	r.loaded, err = r.add(all, os.DirFS)
	return r.loaded, err
}

// add adds the modules of the folders. open gives the tree of a folder.
func (r *ruleset) add(all []rego.Module, open func(folder string) fs.FS) (_ []rego.Module, err error) {
	for _, folder := range r.folders {
		if all, err = rego.Add(all, folder, open(folder)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// facts gives what METADATA says of all rules. The program knows its own rules without parsing them.
func (r *ruleset) facts() (compiled.Facts, error) {
	if len(r.folders) == 0 {
		return compiled.Read()
	}
	all, err := r.modules()
	if err != nil {
		return compiled.Facts{}, err
	}
	return compiled.FactsOf(all)
}

// rules gives the rules for an evaluator. It says on log which evaluator is used, and why if it is not the one asked for.
func (r *ruleset) rules(ctx context.Context, name string, log io.Writer) (engine.Rules, error) {
	switch name {
	case planEngine:
		made, err := r.plan(ctx)
		if err == nil {
			fmt.Fprintln(log, "engine: plan")
			return engine.Planned(made), nil
		}
		fmt.Fprintf(log, "engine: topdown, because %v\n", err)
	case topdownEngine:
		fmt.Fprintln(log, "engine: topdown")
	default:
		return nil, fmt.Errorf("--engine %q: write plan or topdown", name)
	}
	all, err := r.modules()
	if err != nil {
		return nil, err
	}
	compiler, err := rego.Compile(all)
	if err != nil {
		return nil, err
	}
	return topdown.Rules(compiler), nil
}

// plan gives the plan of the rules: that of the program, or a new one if there are others.
func (r *ruleset) plan(ctx context.Context) (*plan.Plan, error) {
	if len(r.folders) == 0 {
		return compiled.Plan()
	}
	all, err := r.modules()
	if err != nil {
		return nil, err
	}
	return planner.Plan(ctx, all)
}
