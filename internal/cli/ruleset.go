package cli

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/plan"
	"winpolicy/internal/rego"
)

// ruleset is the flag by which a command adds rules to those of the program.
type ruleset struct {
	folders []string
}

func (r *ruleset) register(command *cobra.Command) {
	command.Flags().StringArrayVarP(&r.folders, "policies", "p", nil, "folder with your own rules, which are added to the built-in rules; can be given several times")
}

// modules gives the modules of the program and of the folders.
func (r *ruleset) modules() ([]rego.Module, error) {
	return loadModules(r.folders)
}

func loadModules(folders []string) ([]rego.Module, error) {
	all, err := product()
	for _, folder := range folders {
		if err != nil {
			return nil, err
		}
		all, err = rego.Add(all, folder, os.DirFS(folder))
	}
	return all, err
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
	return engine.Topdown(compiler), nil
}

// plan gives the plan of the rules: that of the program, or a new one if there are others.
func (r *ruleset) plan(ctx context.Context) (*plan.Plan, error) {
	if len(r.folders) == 0 {
		return usablePlan()
	}
	all, err := r.modules()
	if err != nil {
		return nil, err
	}
	return compiled.PlanOf(ctx, all)
}
