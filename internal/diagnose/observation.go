package diagnose

import (
	"fmt"
	"strings"
)

// observation is a text that a cluster shows.
type observation struct {
	place string // "" for a text, whose lines are the places
	line  int    // of a text
	text  string
}

// at names the place of a byte of the text.
func (o observation) at(start int) string {
	if o.place != "" {
		return o.place
	}
	return fmt.Sprintf("line %d", o.line+strings.Count(o.text[:start], "\n"))
}
