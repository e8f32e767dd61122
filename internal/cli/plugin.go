package cli

import (
	"path/filepath"
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
	for _, command := range root.Commands() {
		command.Example = strings.ReplaceAll(command.Example, "winpolicy ", "kubectl winpolicy ")
	}
}
