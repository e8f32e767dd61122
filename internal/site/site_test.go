package site_test

import (
	"bytes"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"winpolicy/internal/compiled"
	"winpolicy/internal/playground"
	"winpolicy/internal/sample"
	"winpolicy/internal/site"
	"winpolicy/samples"
)

// made is the site of this project.
func made(t *testing.T) map[string][]byte {
	t.Helper()
	facts, err := compiled.Read()
	require.NoError(t, err)
	all, err := sample.Read(samples.FS)
	require.NoError(t, err)
	judge, err := playground.New()
	require.NoError(t, err)
	asked := playground.Question{Manifest: site.ExampleManifest}
	files, err := site.Files(site.Source{
		Tree: os.DirFS("../.."), Rules: facts.Rules, Samples: all, Platforms: judge.Platforms(),
		Example: site.Example{Question: asked, Answer: judge.Answer(t.Context(), asked, time.Now())},
	})
	require.NoError(t, err)
	return files
}

// tag is an element of a page.
type tag struct {
	name       string
	attributes map[string]string
}

func tags(t *testing.T, text []byte) []tag {
	t.Helper()
	var all []tag
	tokens := html.NewTokenizer(bytes.NewReader(text))
	for tokens.Next() != html.ErrorToken {
		token := tokens.Token()
		if token.Type != html.StartTagToken && token.Type != html.SelfClosingTagToken {
			continue
		}
		one := tag{token.Data, map[string]string{}}
		for _, attribute := range token.Attr {
			one.attributes[attribute.Key] = attribute.Val
		}
		all = append(all, one)
	}
	return all
}

// ids lists the anchors of a page.
func ids(t *testing.T, text []byte) map[string]int {
	t.Helper()
	all := map[string]int{}
	for _, one := range tags(t, text) {
		if id := one.attributes["id"]; id != "" {
			all[id]++
		}
	}
	return all
}

func TestSite_LinksHaveATarget(t *testing.T) {
	files := made(t)
	anchors := map[string]map[string]int{}
	for name, text := range files {
		if path.Ext(name) == ".html" {
			anchors[name] = ids(t, text)
		}
	}
	for name := range anchors {
		t.Run(name, func(t *testing.T) {
			for _, one := range tags(t, files[name]) {
				for _, attribute := range []string{"href", "src"} {
					address := one.attributes[attribute]
					if address == "" || strings.HasPrefix(address, "https://") || strings.HasPrefix(address, "data:") {
						continue
					}
					place, fragment, _ := strings.Cut(address, "#")
					target := name
					if place != "" {
						target = path.Join(path.Dir(name), place)
					}
					_, ok := files[target]
					require.True(t, ok, "%s of %s: %s", attribute, one.name, address)
					if fragment != "" && !strings.HasPrefix(fragment, "m=") && !strings.HasPrefix(fragment, "c=") {
						require.Contains(t, anchors[target], fragment, "%s in %s", address, name)
					}
				}
			}
		})
	}
}

// The navigation of the start page leads to every page at the top, so nobody forgets a new one.
func TestSite_NavigationHasEveryPageAtTheTop(t *testing.T) {
	files := made(t)
	_, navigation, found := strings.Cut(string(files["index.html"]), `<nav id="pages"`)
	require.True(t, found)
	for name := range files {
		if path.Ext(name) == ".html" && !strings.Contains(name, "/") {
			require.Contains(t, navigation, `href="`+name+`"`)
		}
	}
}

func TestSite_AnchorsAreUnique(t *testing.T) {
	for name, text := range made(t) {
		if path.Ext(name) != ".html" {
			continue
		}
		for id, count := range ids(t, text) {
			require.Equal(t, 1, count, "%s has the id %s more than once", name, id)
		}
	}
}

// Only links may lead elsewhere. Whatever a browser loads by itself is of the site, and there is no script in a page.
func TestSite_LoadsNothingFromElsewhere(t *testing.T) {
	outside := regexp.MustCompile(`(?i)url\(\s*['"]?(https?:)?//|@import|fetch\(\s*['"](https?:)?//`)
	for name, text := range made(t) {
		if path.Ext(name) == ".css" || path.Ext(name) == ".js" && name != "assets/search-index.js" {
			require.NotRegexp(t, outside, string(text), name)
		}
		if path.Ext(name) != ".html" {
			continue
		}
		policies := 0
		for _, one := range tags(t, text) {
			require.NotContains(t, one.attributes, "style", name)
			for attribute, value := range one.attributes {
				require.False(t, strings.HasPrefix(attribute, "on"), "%s: %s", name, attribute)
				if attribute == "src" || one.name == "link" && attribute == "href" {
					require.NotRegexp(t, `^(https?:)?//`, value, name)
				}
			}
			if one.name == "script" {
				require.NotEmpty(t, one.attributes["src"], name)
			}
			require.NotContains(t, []string{"style", "iframe", "object", "embed"}, one.name, name)
			if one.attributes["http-equiv"] == "Content-Security-Policy" {
				policies++
				require.Contains(t, one.attributes["content"], "default-src 'none'; script-src 'self'", name)
				require.NotContains(t, one.attributes["content"], "unsafe-inline", name)
			}
		}
		require.Equal(t, 1, policies, name)
	}
}

func TestSite_EveryRuleHasAPageWithBadgesAndSamples(t *testing.T) {
	files := made(t)
	facts, err := compiled.Read()
	require.NoError(t, err)
	list := string(files["rules/index.html"])
	for _, rule := range facts.Rules {
		t.Run(rule.ID, func(t *testing.T) {
			text := string(files["rules/"+rule.ID+"/index.html"])
			for _, severity := range rule.Severities {
				require.Contains(t, text, `<li class="`+string(severity)+`">`)
			}
			for _, enforcer := range rule.EnforcedBy {
				require.Contains(t, text, enforcer+"</li>")
			}
			require.Equal(t, rule.Fixes, strings.Contains(text, `<li class="fixable">`))
			require.Contains(t, list, `href="`+rule.ID+`/index.html"`)
		})
	}
	require.Contains(t, string(files["rules/host-process/index.html"]), "../../playground.html#m=")
}

func TestSite_ShowsThePreparedVerdict(t *testing.T) {
	text := string(made(t)["playground.html"])
	require.Contains(t, text, `data-line="8" data-severity="deny"`)
	require.Contains(t, text, "fsGroup: 2000")
}
