package gatekeeper

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/gatekeeper/driver"
	"winpolicy/internal/gatekeeper/tree"
	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
)

// author stands at the top of a template's Rego, which has no other comments.
const author = "# Made by winpolicy from policies/, where every rule is explained.\n"

// sourceOf makes the Rego of a group's template: the rules, every library they use, and the module that Gatekeeper asks. It
// has been compiled as Gatekeeper compiles it; errors name the file below policies/ and the line.
func sourceOf(all []rego.Module, group group, capabilities *ast.Capabilities) (Source, error) {
	made, err := treeOf(all, group, capabilities)
	if err != nil {
		return Source{}, err
	}
	parsed := made.Modules()
	last := len(parsed) - 1
	compiled := driver.Template{Entry: parsed[last], Libraries: parsed[:last], Inventory: group.referential()}
	if err := driver.Compile(compiled, capabilities); err != nil {
		return Source{}, fmt.Errorf("template %s: Gatekeeper refuses its Rego: %w", group.template(), err)
	}
	texts, err := made.Print()
	if err != nil {
		return Source{}, err
	}
	return Source{Version: "v1", Rego: author + texts[last], Libs: texts[:last]}, nil
}

// treeOf gives the modules of a template, its own last.
func treeOf(all []rego.Module, group group, capabilities *ast.Capabilities) (*tree.Tree, error) {
	gates := gatesOf(all, group.judged())
	imports := []string{gatherer}
	if len(gates) > 0 {
		imports = []string{gate, gatherer}
	}
	closure, err := closureOf(all, group, imports)
	if err != nil {
		return nil, err
	}
	made, err := tree.Parse(closure, capabilities)
	if err != nil {
		return nil, err
	}
	index := indexer{rules: group.judged(), graded: map[string]tree.Graded{}, applying: map[string]bool{}}
	roots := map[string][]string{group.template(): {"violation"}}
	var metadata []tree.Metadata
	for _, rule := range group.judged() {
		metadata = append(metadata, metadataOf(rule))
		roots[rule.Package] = []string{"applies", "graded"} // which the gatherer asks of rules[name]
		index.applying[rule.ID] = applies(all, rule)
		if index.graded[rule.ID], err = made.SplitBySeverity(rule.Package); err != nil {
			return nil, err
		}
	}
	if err := made.DropSources(catalog.DataPackage); err != nil {
		return nil, err
	}
	made.Decide("lib.windows.subject", "gatekeeper") // every input of a template has Gatekeeper's form
	if err := made.Inline(); err != nil {
		return nil, err
	}
	if err := made.ReplaceMetadata(metadata); err != nil {
		return nil, err
	}
	if err := made.Add("index of "+group.template(), index.text()); err != nil {
		return nil, err
	}
	if err := made.Add("entry of "+group.template(), entry(group, imports, gates)); err != nil {
		return nil, err
	}
	made.Prune(roots)
	return made, nil
}

// metadataOf gives what the library reads of a rule's METADATA when it judges. The whole texts would fill the annotation of
// limited size in which kubectl keeps an applied object.
func metadataOf(rule catalog.Rule) tree.Metadata {
	short := map[string]any{"id": rule.ID, "category": rule.Category}
	if !rule.Enabled {
		short["enabled"] = false
	}
	if len(rule.YieldsTo) > 0 {
		short["yieldsTo"] = rule.YieldsTo
	}
	defaults, parameters := map[string]any{}, map[string]schema.Schema{}
	for name, parameter := range rule.Parameters {
		defaults[name] = parameter.Default
		parameter.Description, parameter.Default = "", nil // the library reads it of `defaults`
		parameters[name] = parameter
	}
	full := map[string]any{"id": rule.ID, "defaults": defaults, "parameters": parameters}
	return tree.Metadata{Package: rule.Package, Short: short, Full: full}
}
