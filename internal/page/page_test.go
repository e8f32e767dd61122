package page_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/page"
)

func TestRender_EscapesWhatIsNoMarkdown(t *testing.T) {
	for name, one := range map[string]struct{ markdown, want, not string }{
		"raw HTML":        {"a <script>alert(1)</script> b", "a ", "<script"},
		"a block of HTML": {"<div onclick=x>\n\n</div>", "", "<div on"},
		"code":            {"`<b>`", "<code>&lt;b&gt;</code>", "<b>"},
		"a block of code": {"```yaml\n<b>&\n```", "&lt;b&gt;&amp;", "<b>"},
		"a language":      {"```\"><b>\nx\n```", "&quot;&gt;&lt;b&gt;", "<b>"},
		"a script's link": {"[x](javascript:alert(1))", `<span class="file">x</span>`, "javascript:"},
		"an image":        {`![a"b](x.svg)`, `alt="a&quot;b"`, `a"b"`},
		"a quoted link":   {`[x](<a"b>)`, `href="a%22b"`, `a"b`},
	} {
		t.Run(name, func(t *testing.T) {
			made, err := page.Render([]byte(one.markdown), page.Links{})
			require.NoError(t, err)
			require.Contains(t, string(made.HTML), one.want)
			require.NotContains(t, string(made.HTML), one.not)
		})
	}
}

func TestRender_AsksWhereLinksLead(t *testing.T) {
	links := page.Links{
		To: func(address string) string {
			if address == "gone.md" {
				return ""
			}
			return "to-" + address
		},
		Try: func(yaml string) string { return "try#" + yaml[:1] },
	}
	made, err := page.Render([]byte("[a](b.md) [c](gone.md)\n\n```yaml\nkind: Pod\n```\n\n```sh\nls\n```\n"), links)
	require.NoError(t, err)
	require.Contains(t, string(made.HTML), `<a href="to-b.md">a</a> <span class="file">c</span>`)
	require.Contains(t, string(made.HTML), `href="try#k"`)
	require.NotContains(t, string(made.HTML), `href="try#l"`)
}

func TestRender_ListsSections(t *testing.T) {
	made, err := page.Render([]byte("<!-- made -->\n# A `b`\n\nOne\ntwo.\n\n## C, d\n\n| e |\n| --- |\n| f |\n\n```yaml\ng: 1\n```\n"), page.Links{})
	require.NoError(t, err)
	require.Equal(t, "A b", made.Title)
	require.Equal(t, []page.Section{
		{ID: "a-b", Title: "A b", Level: 1, Text: "One two."},
		{ID: "c-d", Title: "C, d", Level: 2, Text: "e f g: 1"},
	}, made.Sections)
}

func TestRule_HasBadgesBelowItsTitle(t *testing.T) {
	rule := catalog.Rule{Fixes: true, Metadata: catalog.Metadata{Category: "placement", EnforcedBy: []string{"<kubelet>"}, Severities: []finding.Severity{finding.Deny}}}
	made, err := page.Rule(rule, []byte("# title\n\ntext\n"), page.Links{})
	require.NoError(t, err)
	require.Equal(t, `<h1 id="title">title</h1>
<ul class="badges" aria-label="About this rule"><li class="deny">deny</li><li>off by default</li><li class="fixable">fixable</li><li>enforced by &lt;kubelet&gt;</li>
<li>placement</li></ul>
<p>text</p>
`, string(made.HTML))
}

func TestIsManifest_NeedsAKindAndNoConfiguration(t *testing.T) {
	for yaml, want := range map[string]bool{
		"apiVersion: v1\nkind: Pod\n":                                true,
		"# config: {}\napiVersion: v1\nkind: Pod\n":                  true,
		"apiVersion: winpolicy/v1alpha1\nplatform: aks\n":            false,
		"apiVersion: winpolicy/v1alpha1\nexceptions:\n- kind: Pod\n": false,
		"kind: Pod\n": false,
	} {
		require.Equal(t, want, page.IsManifest(yaml), yaml)
	}
}
