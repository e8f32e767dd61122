package publisher

import (
	"context"
	"encoding/json"
	"time"

	"winpolicy/internal/engine"
	"winpolicy/internal/modules"
)

// engines are those of one set of rules, by configuration: most samples share theirs, and an engine takes a while.
type engines struct {
	all      []modules.Module
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
	made, err := engine.New(ctx, e.all, config, time.Time{})
	if err != nil {
		return nil, err
	}
	e.byConfig[string(text)] = made
	return made, nil
}
