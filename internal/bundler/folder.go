package bundler

import (
	"encoding/json"
	"path"

	"winpolicy/internal/files"
	"winpolicy/internal/rego"
)

// Folder writes the modules and the configuration as files below a folder, for `conftest test -p DIR -d DIR`. The modules
// include conftest's package main. Folder replaces the whole folder, under the conditions of files.WriteFolder.
func Folder(folder string, all []rego.Module, config map[string]any) error {
	if config == nil {
		config = map[string]any{}
	}
	text, err := json.MarshalIndent(config, "", "  ")
	if err != nil {
		return err
	}
	content := map[string][]byte{path.Join(configRoot, "data.json"): append(text, '\n')}
	for _, module := range all {
		content[module.Path] = module.Source
	}
	return files.WriteFolder(folder, content)
}
