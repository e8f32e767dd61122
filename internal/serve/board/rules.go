package board

import (
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"strings"

	pages "winpolicy/docs"
	"winpolicy/internal/catalog"
	"winpolicy/internal/docs"
	"winpolicy/internal/finding"
	"winpolicy/internal/page"
	"winpolicy/internal/serve/publisher"
)

// setting is a rule as the configuration that is served has it.
type setting struct {
	catalog.Rule
	Enabled bool
	Levels  []string // the severities of its findings
}

// settingOf returns a rule with its setting in the configuration that is served.
func settingOf(rule catalog.Rule, served *publisher.Publication) setting {
	configured := rule.Setting(served.Settings)
	result := setting{rule, configured.Enabled, finding.Names(rule.Severities)}
	if configured.Severity != "" {
		result.Levels = []string{string(configured.Severity)}
	}
	return result
}

// counts says how many rules are on, by the gravest severity of their findings, and how many are off.
type counts struct{ All, Deny, Warn, Note, Off int }

func count(served *publisher.Publication) (result counts) {
	for _, rule := range served.Facts.Rules {
		one := settingOf(rule, served)
		result.All++
		switch {
		case !one.Enabled:
			result.Off++
		case one.Levels[0] == string(finding.Deny):
			result.Deny++
		case one.Levels[0] == string(finding.Warn):
			result.Warn++
		default:
			result.Note++
		}
	}
	return result
}

// rules lists the rules that match a query.
func (b *board) rules(w http.ResponseWriter, r *http.Request) {
	served := b.Served()
	if served == nil {
		problem(w, http.StatusServiceUnavailable, starting)
		return
	}
	query := strings.TrimSpace(r.FormValue("q"))
	var found []setting
	for _, rule := range served.Facts.Rules {
		if isAbout(rule, query) {
			found = append(found, settingOf(rule, served))
		}
	}
	write(w, http.StatusOK, "rules", frame{"Rules", "/rules/", map[string]any{"Query": query, "Found": found, "All": len(served.Facts.Rules)}})
}

// isAbout reports whether what METADATA says of a rule has every word of a query.
func isAbout(rule catalog.Rule, query string) bool {
	texts := []string{rule.ID, rule.Title, rule.Description, rule.Category, strings.Join(rule.Fields, "\n"), strings.Join(rule.Symptoms, "\n")}
	return hold(texts, query)
}

// rule shows the page of a rule.
func (b *board) rule(w http.ResponseWriter, r *http.Request) {
	served := b.Served()
	if served == nil {
		problem(w, http.StatusServiceUnavailable, starting)
		return
	}
	rule, err := catalog.Find(served.Facts.Rules, r.PathValue("id"))
	if err != nil {
		problem(w, http.StatusNotFound, "No rule with this id is served.")
		return
	}
	text, err := markdown(rule)
	if err != nil {
		problem(w, http.StatusInternalServerError, err.Error())
		return
	}
	made, err := page.Rule(rule, text, page.Links{To: link, Try: tryAddress})
	if err != nil {
		problem(w, http.StatusInternalServerError, err.Error())
		return
	}
	write(w, http.StatusOK, "rule", frame{rule.ID, "/rules/", map[string]any{"Rule": settingOf(rule, served), "HTML": made.HTML}})
}

// markdown returns the page of a rule, or what METADATA says of one of the user's own.
func markdown(rule catalog.Rule) ([]byte, error) {
	if !rule.Own() {
		text, err := fs.ReadFile(pages.Rules, "rules/"+rule.ID+".md")
		if !errors.Is(err, fs.ErrNotExist) {
			return text, err
		}
	}
	article, err := docs.Write(rule, nil)
	return []byte(article.Markdown()), err
}

// link returns the address of a page that a rule's page links to, "" if the server does not have it.
func link(address string) string {
	if strings.Contains(address, ":") || strings.HasPrefix(address, "#") {
		return address
	}
	name, isPage := strings.CutSuffix(address, ".md")
	switch {
	case !isPage || path.Dir(name) != ".":
		return ""
	case name == "README":
		return "/rules/"
	}
	return "/rules/" + name + "/"
}

// tryAddress returns the address at which a manifest can be tried, "" for what is too long for one.
func tryAddress(yaml string) string {
	const most = 6000
	address := "/try?" + url.Values{"manifest": {yaml}}.Encode()
	if !page.IsManifest(yaml) || len(address) > most {
		return ""
	}
	return address
}
