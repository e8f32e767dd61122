package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
)

// Others collects what rules may know of objects other than the one they judge. Select takes the objects that select others,
// and then Add takes those that rules read.
type Others struct {
	inventory Inventory
	selected  *selections
	same      sharing
	classes   map[string]any
	run       engine.Run
}

// NewOthers returns a collection for rules.
func NewOthers(rules []catalog.Rule) *Others {
	return &Others{NewInventory(rules), newSelections(rules), sharing{}, map[string]any{}, engine.Run{}}
}

// Asking returns the rules that read other objects and that the configuration enables.
func Asking(rules []catalog.Rule, config engine.Config) []catalog.Rule {
	return slices.DeleteFunc(Enabled(rules, config), func(rule catalog.Rule) bool { return len(rule.Inventory) == 0 })
}

// Enabled returns the rules that the configuration enables.
func Enabled(rules []catalog.Rule, config engine.Config) []catalog.Rule {
	settings, _ := config["rules"].(map[string]any)
	var all []catalog.Rule
	for _, rule := range rules {
		setting, _ := settings[rule.ID].(map[string]any)
		enabled, set := setting["enabled"].(bool)
		if enabled || !set && rule.Enabled {
			all = append(all, rule)
		}
	}
	return all
}

// Selecting returns the kinds of the objects that select others.
func (o *Others) Selecting() []string { return o.selected.kinds() }

// Wants tells whether a rule can ask about an object of a kind. It is known after Select.
func (o *Others) Wants(kind string) bool {
	return len(o.selected.wanted[kind]) == 0 || len(o.selected.selectors) > 0
}

// Select keeps the selector of an object if it selects others.
func (o *Others) Select(object ast.Object) { o.selected.add(object) }

// Kinds returns the kinds to add: those that rules read, and RuntimeClass, because a workload is judged as the pods that the
// API server makes of it.
func (o *Others) Kinds() []string {
	kinds := append(slices.Collect(maps.Keys(o.inventory)), RuntimeClass)
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// Reads tells whether a rule can ask about an object.
func (o *Others) Reads(object ast.Object) bool {
	kind := manifest.Text(object, "kind")
	return o.inventory[kind] != nil && o.selected.reads(kind, object)
}

// MayRead is Reads for an object of which only the metadata is known.
func (o *Others) MayRead(object ast.Object) bool {
	kind := manifest.Text(object, "kind")
	for _, one := range o.selected.wanted[kind] {
		if !strings.HasPrefix(one.Labels, metadata) {
			return true
		}
	}
	return o.Reads(object)
}

// OnlyMetadata tells whether rules read nothing but metadata of the objects of a kind.
func (o *Others) OnlyMetadata(kind string) bool {
	for field := range o.inventory[kind] {
		if !slices.Contains([]string{"apiVersion", "kind", "metadata"}, field) {
			return false
		}
	}
	return kind != RuntimeClass
}

// metadata begins the paths of the fields that a list of metadata has.
const metadata = "metadata."

// Add keeps what rules read of an object.
func (o *Others) Add(object ast.Object) {
	AddRuntimeClass(o.classes, object)
	if !o.Reads(object) {
		return
	}
	kind := manifest.Text(object, "kind")
	part, _ := o.inventory.Cut(kind, object)
	o.run[kind] = append(o.run[kind], o.same.of(ast.NewTerm(part)).Value)
}

// Drop forgets the objects of a kind that could not be read to the end. Rules would say that the others do not exist.
func (o *Others) Drop(kind string) { delete(o.run, kind) }

// Data returns what was collected, for rules that a configuration configures.
func (o *Others) Data(config engine.Config) engine.Data {
	return engine.Data{Config: WithRuntimeClasses(config, o.classes), Run: o.run}
}
