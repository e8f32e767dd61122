package chart

import (
	"path"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/schema"
)

// templatesChart installs the templates. Helm does not interpret the files, so their text may have any braces.
func templatesChart(templates map[string][]byte) chart {
	made := chart{
		name:        "winpolicy-templates",
		description: "ConstraintTemplates for Gatekeeper that judge Windows workloads",
		values: []value{{"referential", with(schema.Bool("Whether to install the template of the rules that need other objects, and the SyncSet by which "+
			"Gatekeeper knows them. It needs a Gatekeeper with referential rules enabled, which is its default."), false)}},
		files: map[string][]byte{},
	}
	for name, text := range templates {
		folder, file := path.Split(name)
		switch {
		case path.Ext(file) != ".yaml":
		case path.Clean(folder) == gatekeeper.Folder:
			made.files["files/templates/"+file] = text
		case path.Clean(folder) == gatekeeper.ReferentialFolder:
			made.files["files/referential/"+file] = text
		}
	}
	return made
}

// constraintsChart installs the Constraints. Its values are a winpolicy.yaml, and the switch for the rules that need other
// objects.
func constraintsChart(source Source) (chart, error) {
	outlines, err := yaml.Marshal(map[string]any{"constraints": gatekeeper.Outlines(source.Rules, source.Grouping)})
	made := chart{
		name:        "winpolicy-constraints",
		description: "Constraints for Gatekeeper by the values of a winpolicy.yaml; needs winpolicy-templates",
		files:       map[string][]byte{"files/constraints.yaml": append([]byte(header), outlines...)},
		values: []value{{"referential", with(schema.Bool("Whether to install the Constraints of the rules that need other objects. "+
			"The chart winpolicy-templates needs the same value."), false)}},
	}
	document := config.Schema(source.Rules, source.Platforms).Properties
	document["apiVersion"] = with(document["apiVersion"], config.APIVersion)
	for _, name := range catalog.Names(document) {
		made.values = append(made.values, value{name, document[name]})
	}
	return made, err
}
