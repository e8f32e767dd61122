package catalog

import (
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
)

// RulesPackage is the package that holds the rules: every package below it is one rule.
const RulesPackage = "lib.windows.rules"

// Rule is one rule, as the METADATA of its package describes it.
type Rule struct {
	Metadata
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Fixes       bool        `json:"fixes"` // whether findings can carry a fix
	References  []Reference `json:"references"`
	Package     string      `json:"package"`
	File        string      `json:"file"`             // below policies/, or below the folder of your own rules
	Folder      string      `json:"folder,omitempty"` // of your own rules; "" for a rule of the program
}

// Own tells whether the rule is not one of the program.
func (r Rule) Own() bool { return r.Folder != "" }

// path returns the file of the rule for messages.
func (r Rule) path() string { return rego.Module{Folder: r.Folder, Path: r.File}.File() }

// Metadata is what the METADATA of a rule holds under the key custom. Any other key there is an error.
type Metadata struct {
	ID            string                   `json:"id"` // kebab-case; the package's last part is the same in snake_case
	Category      string                   `json:"category"`
	Enabled       bool                     `json:"enabled"`    // without configuration
	Severities    []finding.Severity       `json:"severities"` // of its findings without configuration
	YieldsTo      []string                 `json:"yieldsTo"`   // rules whose findings replace those of this rule
	Outranks      bool                     `json:"outranks"`   // its findings replace every warning and note about a container that a webhook injected
	Needs         []string                 `json:"needs"`      // the rule is skipped for pods that have none of these fields and facts
	AppliesBy     []string                 `json:"appliesBy"`  // the rule is skipped for other objects that set none of these fields
	Remedy        string                   `json:"remedy"`     // what to do, in a sentence
	Kinds         []Kinds                  `json:"kinds"`      // that the rule judges
	Fields        []string                 `json:"fields"`     // that the rule reads; a pod's fields from the root of the pod
	EnforcedBy    []string                 `json:"enforcedBy"` // who refuses what the rule denies
	EnforcedSince []Release                `json:"enforcedSince"`
	Symptoms      []string                 `json:"symptoms"` // events, states and errors in a cluster without the rule
	Profiles      []string                 `json:"profiles"` // the sets of rules that the rule belongs to
	Since         string                   `json:"since"`    // the first release with the rule
	Parameters    map[string]schema.Schema `json:"parameters"`
	ParametersOf  []string                 `json:"parametersOf,omitempty"` // other rules whose parameters the rule reads
	Inventory     []Synced                 `json:"inventory"`              // the other objects that the rule reads
}

// Kinds names kinds of objects as Gatekeeper's match does.
type Kinds struct {
	APIGroups []string `json:"apiGroups"`
	Kinds     []string `json:"kinds"`
}

// Synced names kinds of objects as Gatekeeper's requires-sync-data does, and the fields that a rule reads of them.
type Synced struct {
	Groups   []string `json:"groups"`
	Versions []string `json:"versions"`
	Kinds    []string `json:"kinds"`
	Fields   []string `json:"fields,omitempty"` // paths from the object's root; [*] is every item of a list
	// SelectedBy says that the rule reads only objects that another one selects. nil means all objects.
	SelectedBy *Selection `json:"selectedBy,omitempty"`
}

// Selection is how an object selects others of its namespace by their labels.
type Selection struct {
	Kind     string `json:"kind"`     // of the object that selects
	Selector string `json:"selector"` // path in it to a map of labels
	Labels   string `json:"labels"`   // path to the labels in the objects that it selects
}

// Release is the first version of Kubernetes that enforces something.
type Release struct {
	Version string `json:"version"` // v1.30
	What    string `json:"what"`    // the fields, and the feature gate if there is one
}

// Reference is a page that explains the rule.
type Reference struct {
	Title string `json:"title,omitempty"`
	URL   string `json:"url"`
}

// SeverityLabel returns the severities of a rule as text, with "(off)" if the rule is disabled by default.
func (r Rule) SeverityLabel() string {
	text := finding.Join(r.Severities)
	if !r.Enabled {
		text += " (off)"
	}
	return text
}

// KindNames returns the kinds that the rule judges, without their groups.
func (r Rule) KindNames() []string {
	var all []string
	for _, kinds := range r.Kinds {
		all = append(all, kinds.Kinds...)
	}
	return all
}
