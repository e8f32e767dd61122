package check

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/engine"
)

// known reads from the files what rules know besides the object they judge: the RuntimeClasses, which join those of the
// configuration, and the objects of the kinds that rules look at.
func known(files *sources, options Options) engine.Data {
	classes, run := map[string]any{}, engine.Run{}
	for document, err := range documents(files) {
		if err != nil || !concerns(document.Raw) {
			continue
		}
		objects, _ := document.Objects() // what cannot be read is reported when it is judged
		for _, object := range objects {
			AddRuntimeClass(classes, object.Value)
			if kind := text(object.Value, "kind"); slices.Contains(options.Inventory, kind) {
				run[kind] = append(run[kind], object.Value)
			}
		}
	}
	return engine.Data{Config: WithRuntimeClasses(options.Config, classes), Run: run}
}

// concerns tells a document that can be about a RuntimeClass, a Node or a Windows workload. Parsing is what costs, and
// most documents are about none of them.
func concerns(text []byte) bool {
	return slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(text, []byte(word)) })
}

var words = []string{"RuntimeClass", "runtimeClassName", "indows", "Node"}

// AddRuntimeClass adds an object to the classes by its name, if it is a RuntimeClass.
func AddRuntimeClass(classes map[string]any, object map[string]any) {
	metadata, _ := object["metadata"].(map[string]any)
	name := text(metadata, "name")
	if text(object, "kind") != "RuntimeClass" || !strings.HasPrefix(text(object, "apiVersion"), "node.k8s.io/") || name == "" {
		return
	}
	class := map[string]any{}
	for _, field := range []string{"handler", "scheduling"} {
		if object[field] != nil {
			class[field] = object[field]
		}
	}
	classes[name] = class
}

// WithRuntimeClasses gives the configuration with classes added, so that a workload is judged as the pods that the API
// server will make of it. One of the classes stands before one of the configuration of the same name.
func WithRuntimeClasses(config engine.Config, classes map[string]any) engine.Config {
	if len(classes) == 0 {
		return config
	}
	known, _ := config["runtimeClasses"].(map[string]any)
	before, _ := known["classes"].(map[string]any)
	return with(config, "runtimeClasses", with(known, "classes", merged(before, classes)))
}

func with(in map[string]any, key string, value any) map[string]any {
	return merged(in, map[string]any{key: value})
}

func merged(in, over map[string]any) map[string]any {
	all := maps.Clone(in)
	if all == nil {
		all = map[string]any{}
	}
	maps.Copy(all, over)
	return all
}
