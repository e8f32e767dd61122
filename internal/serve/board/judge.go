package board

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/open-policy-agent/opa/v1/bundle"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/planner"
	"winpolicy/internal/rego"
	"winpolicy/internal/report"
	"winpolicy/internal/serve/publisher"
	"winpolicy/internal/serve/server"
)

// The limits of what a manifest may cost.
const (
	maxManifest = 256 << 10 // bytes
	atOnce      = 2         // manifests that are judged at the same time
	maxTime     = 10 * time.Second
)

// errBusy means that too many manifests are judged already.
var errBusy = errors.New("the server judges other manifests; try again")

// judges judges manifests by the rules that are served.
type judges struct {
	free chan struct{} // has a place for each manifest that may be judged at the same time

	mutex    sync.Mutex
	revision string // of rules
	rules    engine.Rules
}

func newJudges() *judges { return &judges{free: make(chan struct{}, atOnce)} }

// judge reports on a manifest by the rules and the configuration of a publication.
func (j *judges) judge(ctx context.Context, served *publisher.Publication, manifest string) (*report.Report, error) {
	select {
	case j.free <- struct{}{}:
		defer func() { <-j.free }()
	default:
		return nil, errBusy
	}
	ctx, cancel := context.WithTimeoutCause(ctx, maxTime, fmt.Errorf("the manifest takes more than %s to judge; try a part of it", maxTime))
	defer cancel()
	rules, err := j.of(ctx, served)
	if err != nil {
		return nil, err
	}
	input := check.OfText("manifest.yaml", []byte(manifest))
	prepared, err := engine.Prepare(ctx, rules, input.Known(ctx, served.Settings, served.Facts.Rules), time.Now())
	if err != nil {
		return nil, err
	}
	return input.Report(ctx, prepared, served.Settings, served.Facts.Platforms)
}

// of returns the rules of a publication. Those of the last one that was asked for are kept.
func (j *judges) of(ctx context.Context, served *publisher.Publication) (engine.Rules, error) {
	j.mutex.Lock()
	defer j.mutex.Unlock()
	if j.revision == served.Revision {
		return j.rules, nil
	}
	rules, err := rulesOf(ctx, served)
	if err == nil {
		j.revision, j.rules = served.Revision, rules
	}
	return rules, err
}

// rulesOf makes the rules of a publication ready. The program has a plan of its own rules, if its own OPA made it. Others are
// read from the bundle, for nothing else is kept of them.
func rulesOf(ctx context.Context, served *publisher.Publication) (engine.Rules, error) {
	if !slices.ContainsFunc(served.Facts.Rules, catalog.Rule.Own) {
		if made, err := compiled.Plan(); err == nil {
			return engine.Planned(made), nil
		}
	}
	read, err := bundle.NewReader(bytes.NewReader(served.Bundles[server.Path])).Read()
	if err != nil {
		return nil, err
	}
	var all []rego.Module
	for _, file := range read.Modules {
		all = append(all, rego.Module{Path: file.Path, Source: file.Raw, Parsed: file.Parsed})
	}
	return planner.Rules(ctx, all)
}
