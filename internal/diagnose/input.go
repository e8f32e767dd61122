package diagnose

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"winpolicy/internal/check"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// MaxInput is how many bytes of an input are read. One document in it may have manifest.MaxDocument.
const MaxInput = 32 << 20

// Input is what there is to diagnose.
type Input struct {
	Objects []manifest.Input // pods, events and other objects
	Texts   []Text           // together one text
	Asked   bool             // each pod was asked for, and is diagnosed however it runs
	Live    bool             // it was read from a cluster, with the events that there are
	Well    int              // pods that run well, and are not among the objects
	Notes   []string
	Errors  []report.Error
}

// Text is a part of a text.
type Text struct {
	Line int // of its first line, from 1
	Text string
}

// Read reads YAML, JSON or text of any kind, in any number of documents. A document without apiVersion and kind is text.
// The error tells that nothing could be read.
func Read(from io.Reader, name string) (Input, error) {
	text, err := io.ReadAll(io.LimitReader(from, MaxInput+1))
	if err != nil {
		return Input{}, fmt.Errorf("read %s: %w", name, err)
	}
	var input Input
	if len(text) > MaxInput {
		text = text[:MaxInput]
		input.Notes = append(input.Notes, fmt.Sprintf("Only the first %d MiB are read.", MaxInput>>20))
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return Input{}, fmt.Errorf("%s is empty; pipe a log, or the output of kubectl", name)
	}
	for document, err := range manifest.Documents(bytes.NewReader(text), name) {
		if err != nil {
			input.tooLarge(text, err)
			continue
		}
		input.add(document)
	}
	return input, nil
}

// tooLarge adds a document that manifest does not read. As plain text it needs no reading as a whole.
func (in *Input) tooLarge(text []byte, err error) {
	var fault *manifest.Error
	if errors.As(err, &fault) && bytes.IndexByte(text, 0) < 0 && !mayBeObject(text) {
		in.Texts = append(in.Texts, Text{Line: 1, Text: string(text)})
		return
	}
	in.Errors = append(in.Errors, check.Failure(err))
}

// maxHead is how many bytes of a document tell whether it begins as an object in JSON.
const maxHead = 1 << 10

// mayBeObject tells that a document which cannot be parsed was meant to be an object.
func mayBeObject(text []byte) bool {
	if bytes.HasPrefix(text, []byte("apiVersion: ")) || bytes.Contains(text, []byte("\napiVersion: ")) {
		return true
	}
	head := text[:min(len(text), maxHead)]
	return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) &&
		(bytes.Contains(head, []byte(`"apiVersion"`)) || bytes.Contains(head, []byte(`"kind"`)))
}

func (in *Input) add(document manifest.Document) {
	inputs, faults := document.Inputs()
	found := false
	for _, one := range inputs {
		if manifest.Text(one.Value, "apiVersion") != "" && manifest.Text(one.Value, "kind") != "" {
			in.Objects = append(in.Objects, one)
			found = true
		}
	}
	switch {
	case found || len(faults) > 0 && mayBeObject(document.Raw):
		for _, fault := range faults {
			in.Errors = append(in.Errors, check.Failure(fault))
		}
	case len(bytes.TrimSpace(document.Raw)) > 0:
		in.Texts = append(in.Texts, Text{Line: document.Line, Text: string(document.Raw)})
	}
}

// hasEvents tells whether there is an event, or whatever tells of events.
func (in *Input) hasEvents() bool {
	return in.Live || len(in.Texts) > 0 || slices.ContainsFunc(in.Objects, func(one manifest.Input) bool { return manifest.Text(one.Value, "kind") == "Event" })
}
