package check

import (
	"maps"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
)

// RuntimeClass is the kind whose objects join the configuration.
const RuntimeClass = "RuntimeClass"

// AddRuntimeClass adds an object to the classes by its name if it is a RuntimeClass.
func AddRuntimeClass(classes map[string]any, object ast.Object) {
	name := manifest.Text(object, "metadata", "name")
	if manifest.Text(object, "kind") != RuntimeClass || !strings.HasPrefix(manifest.Text(object, "apiVersion"), "node.k8s.io/") || name == "" {
		return
	}
	class := map[string]any{}
	for _, field := range []string{"handler", "scheduling"} {
		value := object.Get(ast.StringTerm(field))
		if value == nil {
			continue
		}
		if plain, err := ast.JSON(value.Value); err == nil && plain != nil {
			class[field] = plain
		}
	}
	classes[name] = class
}

// WithRuntimeClasses returns the configuration with classes added, so that a workload is judged as the pods that the API
// server creates from it. An added class replaces one of the same name in the configuration.
func WithRuntimeClasses(config engine.Config, classes map[string]any) engine.Config {
	if len(classes) == 0 {
		return config
	}
	section, _ := config["runtimeClasses"].(map[string]any)
	configured, _ := section["classes"].(map[string]any)
	all := map[string]any{}
	maps.Copy(all, configured)
	maps.Copy(all, classes)
	return config.With("runtimeClasses", map[string]any(engine.Config(section).With("classes", all)))
}
