package cli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/rego"
)

// configuration is the flags by which a command takes a configuration.
type configuration struct {
	file     string
	platform string
	verbose  bool
}

func (c *configuration) register(command *cobra.Command) {
	command.Flags().StringVarP(&c.file, "config", "c", "", "configuration (default: "+config.Name+" here or in a folder above, up to the root of the repository)")
	command.Flags().StringVar(&c.platform, "platform", "", "where the cluster runs, in place of the configuration's platform")
	command.Flags().BoolVarP(&c.verbose, "verbose", "v", false, "say on standard error which configuration is used")
}

// load gives the configuration, nil where there is none.
func (c *configuration) load(command *cobra.Command, facts facts) (*config.Document, error) {
	document, err := c.read(facts)
	if err != nil {
		return nil, err
	}
	if c.verbose {
		fmt.Fprintf(command.ErrOrStderr(), "configuration: %s\n", described(document))
	}
	if c.platform == "" {
		return document, nil
	}
	if !slices.Contains(facts.platformNames(), c.platform) {
		return nil, fmt.Errorf("--platform %q: the platforms are %s", c.platform, strings.Join(facts.platformNames(), ", "))
	}
	return document.Override("platform", c.platform), nil
}

func (c *configuration) read(facts facts) (*config.Document, error) {
	file := c.file
	if file == "" {
		found, err := config.Find(".")
		if err != nil || found == "" {
			return nil, err
		}
		file = found
	}
	return config.Read(file, config.Schema(facts.rules, facts.platformNames()))
}

func described(document *config.Document) string {
	if document == nil {
		return "none"
	}
	return document.File
}

// facts are what a configuration is read against.
type facts struct {
	rules     []catalog.Rule
	platforms map[string]any
}

func loadFacts() (facts, error) {
	all, err := product()
	if err != nil {
		return facts{}, err
	}
	return factsOf(all)
}

func factsOf(all []rego.Module) (facts, error) {
	rules, err := catalog.Load(all)
	if err != nil {
		return facts{}, err
	}
	platforms, err := catalog.Platforms(all)
	return facts{rules, platforms}, err
}

func (f facts) platformNames() []string { return catalog.Names(f.platforms) }

func newConfig() *cobra.Command {
	var source configuration
	var form string
	var changed bool
	command := &cobra.Command{
		Use:   "config",
		Short: "Show the configuration in force, and where each value comes from",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			facts, err := loadFacts()
			if err != nil {
				return err
			}
			document, err := source.load(command, facts)
			if err != nil {
				return err
			}
			settings := config.Effective(document, facts.rules, facts.platforms)
			if changed {
				settings = slices.DeleteFunc(settings, config.Setting.IsBuiltIn)
			}
			switch form {
			case "json":
				return writeJSON(command, settings)
			case "text":
				return config.Print(command.OutOrStdout(), settings)
			}
			return fmt.Errorf("--output %q: the forms are json, text", form)
		},
	}
	source.register(command)
	command.Flags().StringVarP(&form, "output", "o", "text", "form of the list: text or json")
	command.Flags().BoolVar(&changed, "changed", false, "leave out what is built in")
	return command
}
