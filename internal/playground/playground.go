// Package playground judges a text as `winpolicy check` and `winpolicy fix` do, for a page in a browser. It reads no file, and
// it needs no plan but that of the program.
package playground

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/compiled"
	"winpolicy/internal/config"
	"winpolicy/internal/engine"
	"winpolicy/internal/repair"
	"winpolicy/internal/report"
)

// MaxText is the largest size of a manifest and of a configuration, in bytes.
const MaxText = 256 << 10

// The names of the texts in reports and errors.
const (
	ManifestName = "manifest.yaml"
	ConfigName   = config.Name
)

// Question is what a page asks.
type Question struct {
	Manifest string `json:"manifest"` // YAML or JSON, several documents too
	Config   string `json:"config"`   // a configuration; "" for none
	Platform string `json:"platform"` // replaces that of the configuration; "" leaves it
	Fix      bool   `json:"fix"`      // whether to repair the manifest before it is judged
}

// Answer is what a page shows.
type Answer struct {
	Report   *report.Report // of the manifest, or of the repaired one
	Manifest string         // the repaired manifest
	Fixed    int            // how many findings the repair removed
	Error    string         // why there is no report
}

// MarshalJSON writes the report as `winpolicy check -o json` does, without the version of the program and the titles of rules.
func (a Answer) MarshalJSON() ([]byte, error) {
	written := struct {
		Report   json.RawMessage `json:"report,omitempty"`
		Manifest string          `json:"manifest,omitempty"`
		Fixed    int             `json:"fixed,omitempty"`
		Error    string          `json:"error,omitempty"`
	}{nil, a.Manifest, a.Fixed, a.Error}
	if a.Report != nil {
		var text bytes.Buffer
		writer := report.JSON(&text, report.Options{})
		err := errors.Join(writer.Write(a.Report), writer.End(report.Total{Summary: a.Report.Summary}, nil))
		if err != nil {
			return nil, err
		}
		written.Report = text.Bytes()
	}
	return json.Marshal(written)
}

// Judge judges manifests by the rules of the program. It is made once, since reading the rules takes the most time.
type Judge struct {
	facts compiled.Facts
	rules engine.Rules
}

// New reads the rules of the program.
func New() (*Judge, error) {
	facts, err := compiled.Read()
	if err != nil {
		return nil, err
	}
	made, err := compiled.Plan()
	return &Judge{facts, engine.Planned(made)}, err
}

// Platforms returns the names that a question can have as its platform, sorted.
func (j *Judge) Platforms() []string { return catalog.Names(j.facts.Platforms) }

// Answer answers a question. now decides which exceptions have expired.
func (j *Judge) Answer(ctx context.Context, asked Question, now time.Time) Answer {
	answer, err := j.answer(ctx, asked, now)
	if err != nil {
		return Answer{Error: err.Error()}
	}
	return answer
}

func (j *Judge) answer(ctx context.Context, asked Question, now time.Time) (Answer, error) {
	if len(asked.Manifest) > MaxText {
		return Answer{}, fmt.Errorf("the manifest is larger than %d KiB; paste a part of it", MaxText>>10)
	}
	document, err := j.configuration(asked)
	if err != nil {
		return Answer{}, err
	}
	ignores := check.NewIgnores(j.facts.Rules, now)
	var answer Answer
	if asked.Fix {
		rules, err := j.prepare(ctx, check.OfText(ManifestName, []byte(asked.Manifest)), document, now)
		if err != nil {
			return Answer{}, err
		}
		repaired := repair.Repairer{Rules: rules, Ignores: ignores}.File(ctx, ManifestName, []byte(asked.Manifest))
		answer.Manifest, answer.Fixed = string(repaired.Text), len(repaired.Fixed)
		asked.Manifest = answer.Manifest
	}
	input := check.OfText(ManifestName, []byte(asked.Manifest))
	input.WithEdits()
	input.WithIgnores(ignores)
	rules, err := j.prepare(ctx, input, document, now)
	if err != nil {
		return Answer{}, err
	}
	answer.Report, err = input.Report(ctx, rules, document.Settings(), j.facts.Platforms)
	return answer, err
}

// configuration reads the configuration of a question; nil if there is none.
func (j *Judge) configuration(asked Question) (*config.Document, error) {
	if len(asked.Config) > MaxText {
		return nil, fmt.Errorf("the configuration is larger than %d KiB", MaxText>>10)
	}
	var document *config.Document
	if strings.TrimSpace(asked.Config) != "" {
		read, err := config.Parse(ConfigName, []byte(asked.Config), config.Schema(j.facts.Rules, j.Platforms()))
		if err != nil {
			return nil, err
		}
		document = read
	}
	if asked.Platform == "" {
		return document, nil
	}
	if !slices.Contains(j.Platforms(), asked.Platform) {
		return nil, fmt.Errorf("the platform %q must be one of %s", asked.Platform, strings.Join(j.Platforms(), ", "))
	}
	return document.Override("platform", asked.Platform), nil
}

func (j *Judge) prepare(ctx context.Context, input *check.Input, document *config.Document, now time.Time) (*engine.Engine, error) {
	return engine.Prepare(ctx, j.rules, input.Known(ctx, document.Settings(), j.facts.Rules), now)
}
