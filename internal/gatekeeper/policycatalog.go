package gatekeeper

import (
	"path"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

// catalogFile is where `gator policy` finds what there is to install. gator follows no path that leaves the folder of
// its catalogue, so it stands beside the templates, and without an extension: kubectl would apply it with them.
const catalogFile = "Catalog"

// PolicyCatalog is what `gator policy` reads, gator.gatekeeper.sh/v1alpha1.
type PolicyCatalog struct {
	APIVersion string          `json:"apiVersion"`
	Kind       string          `json:"kind"`
	Metadata   CatalogMetadata `json:"metadata"`
	Bundles    []Bundle        `json:"bundles"`
	Policies   []Policy        `json:"policies"`
}

// CatalogMetadata names the catalogue and its version.
type CatalogMetadata struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Bundle is a set of templates that is installed together, with a Constraint each.
type Bundle struct {
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Policies    []string `json:"policies"`
}

// Policy is one template, and for each bundle the file of its Constraint.
type Policy struct {
	Name              string            `json:"name"`
	Version           string            `json:"version"`
	Description       string            `json:"description"`
	Category          string            `json:"category"`
	TemplatePath      string            `json:"templatePath"`
	BundleConstraints map[string]string `json:"bundleConstraints,omitempty"`
	Bundles           []string          `json:"bundles,omitempty"`
}

var bundleDescriptions = map[string]string{
	"windows-baseline":   "What no Windows pod can do, or should",
	"windows-restricted": "What a Windows pod can do to be as safe as Pod Security's restricted asks",
	"windows-placement":  "That Windows pods land on Windows nodes, and can",
}

// policyCatalog lists the templates by bundle. The referential ones are not in it: gator would not apply their SyncSet.
func policyCatalog(rules []catalog.Rule, grouping Grouping) PolicyCatalog {
	made := PolicyCatalog{
		APIVersion: "gator.gatekeeper.sh/v1alpha1", Kind: "PolicyCatalog",
		Metadata: CatalogMetadata{Name: "winpolicy", Version: "v" + version(rules)},
	}
	for _, bundle := range bundlesOf(rules) {
		made.Bundles = append(made.Bundles, Bundle{Name: bundle, Description: bundleDescriptions[bundle]})
	}
	for _, group := range grouping.installable(rules) {
		made.Policies = append(made.Policies, policy(group))
	}
	for i, bundle := range made.Bundles {
		for _, policy := range made.Policies {
			if slices.Contains(policy.Bundles, bundle.Name) {
				made.Bundles[i].Policies = append(made.Bundles[i].Policies, policy.Name)
			}
		}
	}
	return made
}

func (g Grouping) installable(rules []catalog.Rule) []group {
	return slices.DeleteFunc(g.groups(rules), group.referential)
}

func policy(group group) Policy {
	made := Policy{
		Name: group.template(), Version: "v" + version(group.rules), Description: group.title(), Category: "windows",
		TemplatePath: group.file(), BundleConstraints: map[string]string{}, Bundles: bundlesOf(group.rules),
	}
	for _, bundle := range made.Bundles {
		made.BundleConstraints[bundle] = bundleFile(bundle, group)
	}
	return made
}

func bundleFile(bundle string, group group) string {
	return path.Join("bundles", bundle, group.template()+".yaml")
}

// bundleConstraints are the Constraints of the bundles by their file below Folder: each denies what the rules of its
// bundle deny, and switches the others of the template off.
func bundleConstraints(rules []catalog.Rule, options Options) map[string]Constraint {
	all := map[string]Constraint{}
	for _, group := range options.Grouping.installable(rules) {
		for _, bundle := range bundlesOf(group.rules) {
			parameters := Parameters(group.judged(), options.Settings, finding.Deny)
			if only := onlyOf(bundle, group.judged(), parameters); len(only) > 0 {
				parameters["rules"] = only
			}
			all[bundleFile(bundle, group)] = Constraint{
				APIVersion: "constraints.gatekeeper.sh/v1beta1",
				Kind:       group.kind(),
				Metadata:   Metadata{Name: bundle + "-" + group.name},
				Spec:       ConstraintSpec{EnforcementAction: "deny", Match: options.match(group.rules), Parameters: parameters},
			}
		}
	}
	return all
}

// onlyOf switches off every rule that is not of the bundle, and leaves the settings of the others.
func onlyOf(bundle string, rules []catalog.Rule, parameters map[string]any) map[string]any {
	configured, _ := parameters["rules"].(map[string]any)
	all := map[string]any{}
	for _, rule := range rules {
		switch {
		case !slices.Contains(rule.Profiles, strings.TrimPrefix(bundle, bundlePrefix)):
			all[rule.ID] = map[string]any{"enabled": false}
		case configured[rule.ID] != nil:
			all[rule.ID] = configured[rule.ID]
		}
	}
	return all
}
