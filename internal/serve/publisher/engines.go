package publisher

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
)

// engines are the engines of one set of rules. Most samples have the same data, so they share an engine.
type engines struct {
	compiler *ast.Compiler
	byData   map[string]*engine.Engine
}

func (e engines) get(ctx context.Context, known engine.Data) (*engine.Engine, error) {
	text, err := json.Marshal(known.Config)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%p %s", known.Run, text) // all samples of one Read share one map
	if found := e.byData[key]; found != nil {
		return found, nil
	}
	made, err := engine.Prepare(ctx, topdown.Rules(e.compiler), known, time.Time{})
	if err != nil {
		return nil, err
	}
	e.byData[key] = made
	return made, nil
}
