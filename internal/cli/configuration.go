package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"winpolicy/internal/compiled"
	"winpolicy/internal/config"
)

// configuration is the flags by which a command takes a configuration.
type configuration struct {
	file     string
	searched bool // whether a search gave the file, "" if it found none
	platform string
	verbose  bool
}

func (c *configuration) register(command *cobra.Command) {
	command.Flags().StringVarP(&c.file, "config", "c", "", "configuration file (default: "+config.Name+" in this folder or a folder above, up to the root of the repository)")
	command.Flags().StringVar(&c.platform, "platform", "", "platform of the cluster; replaces the platform in the configuration")
	command.Flags().BoolVarP(&c.verbose, "verbose", "v", false, "print on standard error which configuration is used, and what evaluates the rules")
}

// log is where --verbose prints.
func (c *configuration) log(command *cobra.Command) io.Writer {
	if c.verbose {
		return command.ErrOrStderr()
	}
	return io.Discard
}

// load gives the configuration, nil where there is none.
func (c *configuration) load(command *cobra.Command, facts compiled.Facts) (*config.Document, error) {
	document, err := c.read(facts)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(c.log(command), "configuration: %s\n", described(document))
	if c.platform == "" {
		return document, nil
	}
	if !slices.Contains(platformNames(facts), c.platform) {
		return nil, fmt.Errorf("--platform %q: must be one of %s", c.platform, strings.Join(platformNames(facts), ", "))
	}
	return document.Override("platform", c.platform), nil
}

// settings gives what the configuration decides about the rules; nil where there is no configuration.
func (c *configuration) settings(command *cobra.Command, facts compiled.Facts) (map[string]any, error) {
	document, err := c.load(command, facts)
	if err != nil || document == nil {
		return nil, err
	}
	return document.Settings(), nil
}

// search looks for a file, once, if no flag names one.
func (c *configuration) search() (err error) {
	if c.file == "" && !c.searched {
		c.file, err = config.Find(".")
		c.searched = true
	}
	return err
}

func (c *configuration) read(facts compiled.Facts) (*config.Document, error) {
	if err := c.search(); err != nil || c.file == "" {
		return nil, err
	}
	return config.Read(c.file, config.Schema(facts.Rules, platformNames(facts)))
}

func described(document *config.Document) string {
	if document == nil {
		return "none"
	}
	return document.File
}
