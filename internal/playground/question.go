package playground

import (
	"encoding/json"
	"io/fs"
	"slices"

	"winpolicy/internal/config"
	"winpolicy/internal/engine"
	"winpolicy/internal/sample"
)

// Questions returns what somebody asks to see the findings of samples: the whole file of each, because its documents can refer
// to each other, with each configuration that its samples have.
func Questions(tree fs.FS, samples []sample.Sample) ([]Question, error) {
	var all []Question
	for _, one := range samples {
		text, err := fs.ReadFile(tree, one.File)
		if err != nil {
			return nil, err
		}
		asked := Question{Manifest: string(text)}
		if asked.Config, err = written(one.ConfigAlone()); err != nil {
			return nil, err
		}
		if !slices.Contains(all, asked) {
			all = append(all, asked)
		}
	}
	return all, nil
}

// written writes a configuration as a file; "" for one that says nothing.
func written(settings engine.Config) (string, error) {
	if len(settings) == 0 {
		return "", nil
	}
	text, err := json.Marshal(settings.With("apiVersion", config.APIVersion))
	return string(text) + "\n", err
}
