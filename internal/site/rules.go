package site

import (
	"bytes"
	"html/template"
	"io/fs"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/page"
)

var rulesTemplate = template.Must(template.New("rules.html").Funcs(template.FuncMap{"join": strings.Join}).ParseFS(assets, "assets/rules.html"))

// listed is a rule in the list of all rules.
type listed struct {
	catalog.Rule
	Platforms []string // of its samples
}

// Levels returns the severities of the rule as words.
func (l listed) Levels() []string { return finding.Names(l.Severities) }

type category struct {
	Name  string
	Rules []listed
}

// addRules writes the list of all rules, with what its filters need.
func (b *builder) addRules() error {
	var all []category
	for _, name := range catalog.Categories(b.Rules) {
		part := category{Name: name}
		for _, rule := range b.Rules {
			if rule.Category == name {
				part.Rules = append(part.Rules, listed{rule, b.platformsOf(rule.ID)})
			}
		}
		all = append(all, part)
	}
	text, err := fs.ReadFile(b.Tree, rulesSource)
	if err != nil {
		return err
	}
	made, err := page.Render(text, page.Links{})
	if err != nil {
		return err
	}
	b.search(rulesPage, made)
	var out bytes.Buffer
	err = rulesTemplate.Execute(&out, map[string]any{
		"Categories": all, "Count": len(b.Rules), "Severities": finding.Names(finding.Severities()), "Platforms": b.Platforms,
	})
	if err != nil {
		return err
	}
	return b.write(rulesPage, made.Title, template.HTML(out.String())) //nolint:gosec // made by html/template
}

// platformsOf returns the platforms for which a sample of a rule shows a finding.
func (b *builder) platformsOf(id string) []string {
	var all []string
	for _, one := range b.Samples {
		platform, _ := one.Config["platform"].(string)
		if platform == "" || slices.Contains(all, platform) {
			continue
		}
		for _, want := range one.Wants {
			if want.Rule == id {
				all = append(all, platform)
				break
			}
		}
	}
	slices.Sort(all)
	return all
}
