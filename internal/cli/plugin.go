package cli

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
)

// pluginName is the name under which kubectl finds the program.
const pluginName = "kubectl-winpolicy"

// asPlugin makes the help say `kubectl winpolicy` if the program has the name of a plugin. On Windows a name can have an
// extension, and krew's names can have _ for -.
func asPlugin(root *cobra.Command, program string) {
	name, _, _ := strings.Cut(filepath.Base(program), ".")
	if strings.ReplaceAll(name, "_", "-") != pluginName {
		return
	}
	root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: "kubectl winpolicy"}
	var names []string
	for _, command := range root.Commands() {
		names = append(names, command.Name())
	}
	rename(root, regexp.MustCompile(`\bwinpolicy (`+strings.Join(names, "|")+`)\b`))
}

// rename changes what the help of a command, and of those below it, says to type.
func rename(command *cobra.Command, typed *regexp.Regexp) {
	command.Long = typed.ReplaceAllString(command.Long, "kubectl winpolicy $1")
	command.Example = typed.ReplaceAllString(command.Example, "kubectl winpolicy $1")
	for _, one := range command.Commands() {
		rename(one, typed)
	}
}
