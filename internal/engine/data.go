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
	// Related returns what else of the run the rules know when they judge an input: the objects of kinds that Run does not
	// hold. It is called from several goroutines. nil means that there are none.
	Related func(input ast.Value) Run
}

// RelatedTo returns what Related returns, nothing if Related is nil.
func (d Data) RelatedTo(input ast.Value) Run {
	if d.Related == nil {
		return nil
	}
	return d.Related(input)
}

// Document returns the document that the rules read at data, as encoding/json would decode it, without what is related to
// an input.
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
	known, err := d.known()
	if err != nil {
		return nil, err
	}
	return known.value(nil)
}

// known is data as values of OPA.
type known struct {
	config ast.Value
	run    map[string]any // lists by kind
}

func (d Data) known() (known, error) {
	made := known{run: map[string]any{}}
	config := map[string]any{}
	maps.Copy(config, d.Config)
	var err error
	if made.config, err = ast.InterfaceToValue(config); err != nil {
		return made, fmt.Errorf("read the configuration: %w", err)
	}
	for kind, objects := range d.Run {
		if made.run[kind], err = ast.InterfaceToValue(objects); err != nil {
			return made, fmt.Errorf("read the objects of the run: %w", err)
		}
	}
	return made, nil
}

// value returns the document with more of the run.
func (k known) value(more Run) (ast.Value, error) {
	run := maps.Clone(k.run)
	for kind, objects := range more {
		run[kind] = objects
	}
	value, err := ast.InterfaceToValue(map[string]any{"lib": map[string]any{"windows": map[string]any{"config": k.config, "run": run}}})
	if err != nil {
		return nil, fmt.Errorf("read the objects of the run: %w", err)
	}
	return value, nil
}
