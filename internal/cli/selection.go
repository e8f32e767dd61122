package cli

import (
	"path/filepath"

	"github.com/spf13/cobra"

	"winpolicy/internal/check"
	"winpolicy/internal/config"
)

// selection is the flags that say which files the paths stand for.
type selection struct {
	exclude   []string
	changed   string
	namespace string
}

func (s *selection) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringArrayVar(&s.exclude, "exclude", nil, "files and folders to pass over, in the syntax of .gitignore, beside those of the configuration; can be given several times")
	flags.StringVar(&s.changed, "changed", "", "report only files that differ from this git ref; the others are known to the rules")
	flags.StringVarP(&s.namespace, "namespace", "n", "", "namespace of objects that name none, as kubectl takes it")
}

// options gives what the flags and the configuration say.
func (s *selection) options(command *cobra.Command, document *config.Document) check.Options {
	excluded := []check.Exclusion{{Folder: ".", Patterns: s.exclude}}
	if document != nil && document.File != "" {
		excluded = append(excluded, check.Exclusion{Folder: filepath.Dir(document.File), Patterns: document.Exclude()})
	}
	inForce := ""
	if document != nil {
		inForce = document.File
	}
	return check.Options{
		Config: inForce, Configs: []string{config.Name, "winpolicy.yml"}, Exclude: excluded, Changed: s.changed, Namespace: s.namespace, Stdin: command.InOrStdin(),
	}
}
