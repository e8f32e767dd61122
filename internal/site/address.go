package site

import (
	"path"
	"strings"
)

const (
	rulesFolder    = "docs/rules/"
	rulesSource    = rulesFolder + "README.md"
	rulesPage      = "rules/index.html"
	playgroundPage = "playground.html"
)

// Target returns the page of the site for a Markdown file of the project. The page of a rule is a folder with an index, because
// reports link to rules/ID.
func Target(name string) string {
	if base := path.Base(name); strings.HasPrefix(name, rulesFolder) && base != "README.md" {
		return "rules/" + strings.TrimSuffix(base, ".md") + "/index.html"
	}
	inside := strings.TrimPrefix(name, "docs/")
	if inside == name {
		inside = strings.ToLower(name)
	}
	folder, base := path.Split(inside)
	if strings.EqualFold(base, "readme.md") {
		return folder + "index.html"
	}
	return strings.TrimSuffix(inside, ".md") + ".html"
}

// root returns the way from a page to the root of the site: "", "../" and so on.
func root(target string) string { return strings.Repeat("../", strings.Count(target, "/")) }

// relative returns the way from a page to another file of the site.
func relative(from, to string) string { return root(from) + to }

// group is a part of the navigation.
type group struct {
	Name  string
	Pages []item
}

type item struct {
	Name, Path string
	Current    bool
}

// groups returns the navigation as a page shows it.
func groups(target string) []group {
	all := []group{
		{"Begin", []item{{Name: "Start", Path: "index.html"}, {Name: "Playground", Path: playgroundPage}, {Name: "Compared", Path: "comparison.html"}}},
		{"Rules", []item{
			{Name: "All rules", Path: rulesPage},
			{Name: "By field", Path: "fields.html"},
			{Name: "By symptom", Path: "symptoms.html"},
			{Name: "Diagnose", Path: "diagnose.html"},
		}},
		{"Manifests", []item{
			{Name: "CI", Path: "ci.html"},
			{Name: "Repairs", Path: "repairs.html"},
			{Name: "Configuration", Path: "configuration.html"},
			{Name: "Own rules", Path: "own-rules.html"},
		}},
		{"Cluster", []item{
			{Name: "Audit", Path: "audit.html"},
			{Name: "Gatekeeper", Path: "gatekeeper.html"},
			{Name: "Helm charts", Path: "charts.html"},
			{Name: "Without an engine", Path: "admission.html"},
			{Name: "Admission policies", Path: "admission-policies.html"},
			{Name: "Cost of a review", Path: "performance.html"},
		}},
		{"OPA agents", []item{
			{Name: "Server", Path: "server.html"},
			{Name: "Fleet", Path: "fleet.html"},
			{Name: "Registry", Path: "registry.html"},
			{Name: "Buckets", Path: "static.html"},
		}},
		{"Facts", []item{
			{Name: "Data", Path: "data.html"},
			{Name: "Coverage", Path: "coverage.html"},
			{Name: "Truth", Path: "truth.html"},
			{Name: "Benchmarks", Path: "benchmarks.html"},
		}},
		{"Project", []item{
			{Name: "Decisions", Path: "decisions/index.html"},
			{Name: "Contributing", Path: "contributing.html"},
			{Name: "Releases", Path: "releases.html"},
			{Name: "Security", Path: "security.html"},
			{Name: "Changes", Path: "changelog.html"},
		}},
	}
	for _, part := range all {
		for i := range part.Pages {
			part.Pages[i].Current = part.Pages[i].Path == target
		}
	}
	return all
}
