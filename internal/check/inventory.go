package check

import (
	"bytes"
	"maps"
	"strings"

	"winpolicy/internal/engine"
)

// inventory reads from the files the RuntimeClasses that workloads may refer to, by name.
func inventory(files *sources) map[string]any {
	classes := map[string]any{}
	for document, err := range documents(files) {
		// Parsing is what costs, and next to no document is about a RuntimeClass.
		if err != nil || !bytes.Contains(document.Raw, []byte("RuntimeClass")) {
			continue
		}
		objects, _ := document.Objects() // what cannot be read is reported when it is judged
		for _, object := range objects {
			AddRuntimeClass(classes, object.Value)
		}
	}
	return classes
}

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
