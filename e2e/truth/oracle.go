package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// oracle is a running e2e/oracle, which answers for Kubernetes.
type oracle struct {
	command *exec.Cmd
	input   io.WriteCloser
	answers io.Reader
	output  *json.Decoder // of the answers
}

// verdict is what the API server answers to a request.
type verdict struct {
	Fault       string    `json:"fault"` // it cannot read the object, or does not serve its kind
	Errors      []problem `json:"errors"`
	Before      []problem `json:"before"`      // what the old object of an update would be refused for
	PodSecurity []string  `json:"podSecurity"` // the checks of the level restricted that a pod fails
}

// problem is one cause of a refusal.
type problem struct{ Type, Field, Message string }

// placed is where a pod goes: to any of the nodes, unless it is refused.
type placed struct {
	Refused string
	Nodes   []string
}

// field is one of a type of the API, with the form of its value: bool, number, string, list or object.
type field struct{ Name, Form string }

func startOracle(path string) (*oracle, error) {
	command := exec.Command(path)
	command.Stderr = os.Stderr
	input, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	if err := command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w (make oracle builds it)", path, err)
	}
	return &oracle{command: command, input: input, answers: output, output: json.NewDecoder(bufio.NewReaderSize(output, 1<<20))}, nil
}

// stop ends it and says whether it ended well. It reads what is left of the answers, because nobody else does after an error.
func (o *oracle) stop() error {
	err := o.input.Close()
	_, _ = io.Copy(io.Discard, o.answers)
	return errors.Join(err, o.command.Wait())
}

// ask puts one question, {what: about}, and reads the answer into a value.
func (o *oracle) ask(what string, about, answer any) error {
	return o.askAll(what, []any{about}, func(read func(any) error) error { return read(answer) })
}

// askAll puts the questions while it reads the answers, in the same order, by calling read for each.
func (o *oracle) askAll(what string, about []any, each func(read func(any) error) error) error {
	written := make(chan error, 1)
	go func() {
		buffer := bufio.NewWriterSize(o.input, 1<<16)
		questions := json.NewEncoder(buffer)
		for _, one := range about {
			if err := questions.Encode(map[string]any{what: one}); err != nil {
				written <- err
				return
			}
		}
		written <- buffer.Flush()
	}()
	for range about {
		if err := each(o.output.Decode); err != nil {
			return fmt.Errorf("ask the oracle: %w", err)
		}
	}
	return <-written
}

// fieldsOf gives the fields of the types that a pod is made of, as the API server knows them.
func (o *oracle) fieldsOf() (map[string][]field, error) {
	answer := map[string][]field{}
	return answer, o.ask("fields", struct{}{}, &answer)
}

// releaseOf gives the release of Kubernetes, such as 1.37.2, that the program at a path answers for.
func releaseOf(path string) (release string, err error) {
	asked, err := startOracle(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, asked.stop()) }()
	var answer struct{ Kubernetes string }
	err = asked.ask("release", struct{}{}, &answer)
	return answer.Kubernetes, err
}
