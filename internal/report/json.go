package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"winpolicy/internal/jsontext"
)

// JSON writes a Report as JSON, with an indent of two spaces. The violations are written as they come. The other lists,
// which are short, follow at the end.
func JSON(out io.Writer) Writer {
	return &jsonWriter{out: bufio.NewWriterSize(out, bufferSize), rest: New()}
}

type jsonWriter struct {
	out     *bufio.Writer
	written int
	rest    *Report // without violations
}

const jsonStart = "{\n  \"violations\": ["

func (w *jsonWriter) Write(part *Report) error {
	w.rest.Excepted = append(w.rest.Excepted, part.Excepted...)
	w.rest.Diagnostics = append(w.rest.Diagnostics, part.Diagnostics...)
	w.rest.Errors = append(w.rest.Errors, part.Errors...)
	for _, violation := range part.Violations {
		text, err := jsontext.Indent(violation, "  ")
		if err != nil {
			return err
		}
		before := ",\n    "
		if w.written == 0 {
			before = jsonStart + "\n    "
		}
		w.written++
		fmt.Fprint(w.out, before)
		w.out.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\n    "))) //nolint:errcheck // the error stays for the last write
	}
	_, err := w.out.Write(nil)
	return err
}

func (w *jsonWriter) End(total Total, diagnostics []string) error {
	w.rest.Diagnostics = append(w.rest.Diagnostics, diagnostics...)
	w.rest.Summary = total.Summary
	text, err := jsontext.Indent(w.rest, "  ")
	if err != nil {
		return err
	}
	_, rest, _ := bytes.Cut(text, []byte(jsonStart+"]"))
	if w.written == 0 {
		fmt.Fprint(w.out, jsonStart+"]")
	} else {
		fmt.Fprint(w.out, "\n  ]")
	}
	fmt.Fprintf(w.out, "%s\n", rest)
	return w.out.Flush()
}
