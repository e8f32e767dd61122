package gatekeeper

import (
	"maps"
	"path"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

var bundleDescriptions = map[string]string{
	"windows-baseline":   "Denies what Windows pods cannot do",
	"windows-restricted": "Makes Windows pods as safe as the restricted level of Pod Security requires",
	"windows-placement":  "Makes Windows pods land on Windows nodes",
}

// policyCatalog lists the templates by bundle. It leaves out referential ones, because gator does not apply their SyncSet.
// Versions are those of the templates, by group. The newest one becomes the version of the catalogue.
func policyCatalog(rules []catalog.Rule, grouping Grouping, versions map[string]string) PolicyCatalog {
	made := PolicyCatalog{
		APIVersion: "gator.gatekeeper.sh/v1alpha1", Kind: "PolicyCatalog",
		Metadata: CatalogMetadata{Name: "winpolicy", Version: "v" + slices.MaxFunc(slices.Collect(maps.Values(versions)), compareVersions)},
	}
	for _, bundle := range bundlesOf(rules) {
		made.Bundles = append(made.Bundles, Bundle{Name: bundle, Description: bundleDescriptions[bundle]})
	}
	for _, group := range grouping.installable(rules) {
		made.Policies = append(made.Policies, policy(group, versions[group.name]))
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

func policy(group group, version string) Policy {
	made := Policy{
		Name: group.template(), Version: "v" + version, Description: group.title(), Category: "windows",
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
			parameters := Parameters(group.configured(), options.Settings, finding.Deny)
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
