package publisher

import (
	"context"
	"encoding/json"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/engine"
)

// engines are those of one set of rules, by configuration: most samples share theirs.
type engines struct {
	compiler *ast.Compiler
	byConfig map[string]*engine.Engine
}

func (e engines) get(ctx context.Context, config engine.Config) (*engine.Engine, error) {
	text, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	if found := e.byConfig[string(text)]; found != nil {
		return found, nil
	}
	made, err := engine.Prepare(ctx, e.compiler, config, time.Time{})
	if err != nil {
		return nil, err
	}
	e.byConfig[string(text)] = made
	return made, nil
}
