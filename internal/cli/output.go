package cli

import (
	"encoding/json"

	"github.com/spf13/cobra"
)

// writeJSON prints a value as indented JSON.
func writeJSON(command *cobra.Command, value any) error {
	encoder := json.NewEncoder(command.OutOrStdout())
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}
