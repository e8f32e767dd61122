package check

import (
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/packed"
)

// Others collects what rules may know of objects other than the one they judge. Select takes the objects that select others,
// and then Add takes those that rules read.
type Others struct {
	inventory Inventory
	selected  *selections
	classes   map[string]any
	run       engine.Run      // what any rule may read
	same      sharing         // in run
	own       map[string]bool // the kinds that only rules about the object that selects read
	lists     *packed.Lists   // of objects of these kinds, by the hash of the selector
	dropped   map[string]bool // kinds that were forgotten
}

// NewOthers returns a collection for rules.
func NewOthers(rules []catalog.Rule) *Others {
	selected := newSelections(rules)
	return &Others{
		inventory: NewInventory(rules), selected: selected, classes: map[string]any{}, run: engine.Run{}, same: sharing{},
		own: selected.own(rules), lists: packed.New(), dropped: map[string]bool{},
	}
}

// Asking returns the rules that read other objects and that the configuration enables.
func Asking(rules []catalog.Rule, config engine.Config) []catalog.Rule {
	return slices.DeleteFunc(Enabled(rules, config), func(rule catalog.Rule) bool { return len(rule.Inventory) == 0 })
}

// Enabled returns the rules that the configuration enables.
func Enabled(rules []catalog.Rule, config engine.Config) []catalog.Rule {
	var all []catalog.Rule
	for _, rule := range rules {
		if rule.Setting(config).Enabled {
			all = append(all, rule)
		}
	}
	return all
}

// Selecting returns the kinds of the objects that select others.
func (o *Others) Selecting() []string { return o.selected.kinds() }

// Wants tells whether a rule can ask about an object of a kind. It is known after Select.
func (o *Others) Wants(kind string) bool {
	return len(o.selected.wanted[kind]) == 0 || o.selected.some
}

// Select keeps the selector of an object if it selects others. The objects of a review select too.
func (o *Others) Select(object ast.Object) {
	for _, key := range o.selected.add(object) {
		o.lists.Open(key)
	}
}

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
	if _, some := o.selected.wanted[kind]; some {
		return len(o.askedBy(object)) > 0
	}
	return o.inventory[kind] != nil
}

// askedBy returns the hashes of the selectors that select an object.
func (o *Others) askedBy(object ast.Object) []uint64 {
	return slices.DeleteFunc(o.selected.matching(object), func(key uint64) bool { return !o.lists.Has(key) })
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
	kind := manifest.Text(object, "kind")
	switch {
	case o.own[kind]:
		if keys := o.askedBy(object); len(keys) > 0 {
			o.lists.Add(o.cut(kind, object), keys)
		}
	case o.Reads(object):
		o.run[kind] = append(o.run[kind], o.same.of(ast.NewTerm(o.cut(kind, object))).Value)
	}
}

func (o *Others) cut(kind string, object ast.Object) ast.Value {
	part, _ := o.inventory.Cut(kind, object)
	return part
}

// Drop forgets the objects of a kind that could not be read to the end. Rules would say that the others do not exist.
func (o *Others) Drop(kind string) {
	delete(o.run, kind)
	o.dropped[kind] = true
}

// Data returns what was collected, for rules that a configuration configures.
func (o *Others) Data(config engine.Config) engine.Data {
	data := engine.Data{Config: WithRuntimeClasses(config, o.classes), Run: o.run}
	if o.selected.some { // else nothing is related, and nobody has to look
		data.Related = o.related
	}
	return data
}

// related returns the objects that the object of an input selects.
func (o *Others) related(input ast.Value) engine.Run {
	object, ok := input.(ast.Object)
	if !ok {
		return nil
	}
	run := engine.Run{}
	for _, key := range o.selected.of(object) {
		for _, value := range o.lists.Values(key) {
			object, _ := value.(ast.Object) // nothing else is added
			if kind := manifest.Text(object, "kind"); !o.dropped[kind] {
				run[kind] = append(run[kind], object)
			}
		}
	}
	return run
}
