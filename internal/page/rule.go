package page

import (
	"html/template"
	"strings"

	"winpolicy/internal/catalog"
)

var badges = template.Must(template.New("badges").Parse(`<ul class="badges" aria-label="About this rule">
{{- range .Severities}}<li class="{{.}}">{{.}}</li>{{end}}
{{- if not .Enabled}}<li>off by default</li>{{end}}
{{- if .Fixes}}<li class="fixable">fixable</li>{{end}}
{{- range .EnforcedBy}}<li>{{if ne . "advice"}}enforced by {{end}}{{.}}</li>{{end}}
<li>{{.Category}}</li></ul>
`))

// Rule makes the page of a rule from its Markdown in docs/rules, with badges below the title: the severities without
// configuration, whether fix can repair its findings, who enforces what it says, and its category.
func Rule(rule catalog.Rule, markdown []byte, links Links) (Page, error) {
	page, err := Render(markdown, links)
	if err != nil {
		return Page{}, err
	}
	var shown strings.Builder
	if err := badges.Execute(&shown, rule); err != nil {
		return Page{}, err
	}
	head, body, _ := strings.Cut(string(page.HTML), "</h1>\n")
	page.HTML = template.HTML(head + "</h1>\n" + shown.String() + body) //nolint:gosec // both parts are escaped
	return page, nil
}
