package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"winpolicy/internal/jsontext"
)

// The formats in which commands print.
const (
	formatJSON = "json"
	formatText = "text"
)

var formats = []string{formatJSON, formatText}

// format is the value of the flag --output.
type format string

// register adds the flag to a command; what names the thing that is printed.
func (f *format) register(command *cobra.Command, what string) {
	*f = formatText
	command.Flags().VarP(f, "output", "o", "format of the "+what+": text or json")
}

// Set, String and Type make format a flag that refuses any other value.
func (f *format) Set(value string) error {
	if !slices.Contains(formats, value) {
		return fmt.Errorf("must be one of %s", strings.Join(formats, ", "))
	}
	*f = format(value)
	return nil
}

func (f *format) String() string { return string(*f) }

// Type names the kind of value in the help.
func (f *format) Type() string { return "format" }

// print writes a value to the command's output: as JSON, or as text by the function.
func (f *format) print(command *cobra.Command, value any, text func(io.Writer) error) error {
	if *f == formatJSON {
		return jsontext.Write(command.OutOrStdout(), value)
	}
	return text(command.OutOrStdout())
}
