package diagnose

import (
	"bytes"
	"fmt"
	"io"

	"winpolicy/internal/jsontext"
	"winpolicy/internal/report"
)

// maxCauses is how many causes of a subject the text shows.
const maxCauses = 5

// form names the form of the JSON. It changes with every key that is renamed or taken away.
const form = "v1"

// JSON writes a report as JSON. version is that of the program.
func (r *Report) JSON(out io.Writer, version string) error {
	type program struct {
		Version string `json:"version"`
		Form    string `json:"form"`
	}
	return jsontext.Write(out, struct {
		Winpolicy program `json:"winpolicy"`
		*Report
	}{program{version, form}, r})
}

// Text writes a report for people. Everything from the input is escaped.
func (r *Report) Text(out io.Writer) error {
	var text bytes.Buffer
	for i, one := range r.Subjects {
		if i > 0 {
			text.WriteString("\n")
		}
		one.write(&text)
	}
	if len(r.Subjects) > 0 && len(r.Unexplained) > 0 {
		text.WriteString("\n")
	}
	for _, one := range r.Unexplained {
		fmt.Fprintf(&text, "%s: no cause found\n", one.title())
	}
	if len(r.Subjects)+len(r.Unexplained)+len(r.Errors) == 0 {
		text.WriteString("nothing to explain\n")
	}
	if r.Well > 0 {
		fmt.Fprintf(&text, "%s\n", wellOf(r.Well))
	}
	for _, note := range r.Notes {
		fmt.Fprintln(&text, report.Escape(note))
	}
	_, err := out.Write(text.Bytes())
	return err
}

func wellOf(pods int) string {
	if pods == 1 {
		return "1 pod runs well"
	}
	return fmt.Sprintf("%d pods run well", pods)
}

func (s Subject) title() string {
	if s.Object == nil {
		return "the text"
	}
	return report.Escape(s.Object.String())
}

func (s Subject) write(out io.Writer) {
	indent := ""
	if s.Object != nil {
		indent = "  "
		fmt.Fprint(out, s.title())
		if s.Owner != "" {
			fmt.Fprintf(out, ", of %s", report.Escape(s.Owner))
		}
		if len(s.Alike) > 0 {
			fmt.Fprintf(out, ", and %d more of it", len(s.Alike))
		}
		fmt.Fprintln(out)
	}
	for i, cause := range s.Causes[:min(len(s.Causes), maxCauses)] {
		fmt.Fprintf(out, "%s%d. %s%s: %s\n", indent, i+1, cause.Rule, cause.severity(), cause.Title)
		cause.write(out, indent+"   ")
	}
	if more := len(s.Causes) - maxCauses; more > 0 {
		fmt.Fprintf(out, "%s%d more with -o json\n", indent, more)
	}
}

func (c Cause) severity() string {
	if len(c.Findings) == 0 {
		return ""
	}
	return " (" + string(c.gravest) + ")"
}

func (c Cause) write(out io.Writer, indent string) {
	for _, sign := range c.Symptoms {
		if c.specific && sign.general {
			continue
		}
		fmt.Fprintf(out, "%sshown: %s (%s)\n", indent, report.Escape(sign.Text), report.Escape(sign.Place))
	}
	for _, found := range c.Findings {
		fmt.Fprintf(out, "%sfound: %s: %s\n%s       because %s\n", indent, report.Escape(found.Field), report.Escape(found.Says()), indent, report.Escape(found.Because))
		if found.Accepted != "" {
			fmt.Fprintf(out, "%s       accepted in the configuration: %s\n", indent, report.Escape(found.Accepted))
		}
	}
	if c.Silent {
		fmt.Fprintf(out, "%sfound: nothing in the object itself\n", indent)
	}
	fmt.Fprintf(out, "%sdo:    %s\n%smore:  winpolicy explain %s\n", indent, c.Remedy, indent, c.Rule)
}
