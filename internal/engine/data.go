package engine

import (
	"fmt"
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Config is the configuration document. The rules read it at data.lib.windows.config.
type Config map[string]any

// With returns a copy of the configuration with one top-level key set.
func (c Config) With(key string, value any) Config {
	changed := make(Config, len(c)+1)
	maps.Copy(changed, c)
	changed[key] = value
	return changed
}

// Run holds the other objects that the rules know, by kind: plain values or those of OPA. The rules read it at
// data.lib.windows.run.
type Run map[string][]any

// Data is what the rules know besides the object they judge.
type Data struct {
	Config Config
	Run    Run
}

// Document returns the document that the rules read at data, as encoding/json would decode it.
func (d Data) Document() (map[string]any, error) {
	value, err := d.Value()
	if err != nil {
		return nil, err
	}
	plain, err := ast.JSON(value)
	if err != nil {
		return nil, fmt.Errorf("read the data: %w", err)
	}
	document, _ := plain.(map[string]any)
	return document, nil
}

// Value returns the same document as the plan reads it. It shares the objects of the run.
func (d Data) Value() (ast.Value, error) {
	run, config := map[string]any{}, map[string]any{}
	for kind, objects := range d.Run {
		run[kind] = objects
	}
	maps.Copy(config, d.Config)
	value, err := ast.InterfaceToValue(map[string]any{"lib": map[string]any{"windows": map[string]any{"config": config, "run": run}}})
	if err != nil {
		return nil, fmt.Errorf("read the data: %w", err)
	}
	return value, nil
}
