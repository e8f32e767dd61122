package gotest

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/cli"
)

// phrases are turns of speech that readers stumbled over, and what to write instead.
var phrases = []struct {
	pattern *regexp.Regexp
	better  string
}{
	{phrase(`(of )?somebody else`), `who it is`},
	{phrase(`that nobody knows`), `"unknown"`},
	{phrase(`says? nothing of`), `"does not report"`},
	{phrase(`none of`), `"must be one of", or "no" with a noun`},
	{phrase(`what was before`), `"the previous version"`},
	{phrase(`for then`), `"because then"`},
	{phrase(`, for (it|they|he|you|then|there|who|what|nobody|nothing)`), `"because"`},
	{phrase(`whoever`), `the person's role`},
	{phrase(`by chance`), `"at random"`},
	{phrase(`no day of the calendar`), `"not a date (want YYYY-MM-DD)"`},
	{phrase(`(has|have) to have`), `"needs"`},
	{phrase(`stands? for that of`), `"means"`},
	{phrase(`without any of which`), `"the rule is skipped for pods that set none"`},
	{phrase(`(is|are|stands?) apart`), `"is in a separate …"`},
	{phrase(`what only other`), `"rules that need other objects"`},
	{phrase(`for ever`), `what stays: "stays Pending"`},
	{phrase(`(alone|all alike)`), `"only"`},
	{phrase(`(is|are) told of`), `"is reported"`},
	{phrase(`the worst (it|that) knows?`), `what happens`},
	{phrase(`(every|each|all|which) doors?|doors`), `"input form"`},
	{phrase(`has no such namespace`), `who lacks what`},
	{phrase(`that are known runs? it`), `"no known node runs it"`},
	{phrase(`write letters in lower case`), `"use lower-case letters"`},
	{phrase(`in place of it`), `"instead"`},
	{phrase(`e\.g\.|i\.e\.`), `"for example", "that is"`},
}

// phrase matches whole words, in either case. A word with a hyphen is one word.
func phrase(words string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)(^|[^-\p{L}])(` + words + `)([^-\p{L}]|$)`)
}

func TestDocumentation_ReadsPlainly(t *testing.T) {
	for _, page := range pages(t) {
		t.Run(page, func(t *testing.T) {
			text, err := os.ReadFile(path.Join("..", page))
			require.NoError(t, err)
			for _, fault := range faults(page, sentences(text)) {
				t.Error(fault)
			}
		})
	}
}

// README is short enough to be read to its end.
func TestREADME_HasAtMost120Lines(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	require.LessOrEqual(t, strings.Count(string(text), "\n"), 120)
}

func TestHelp_ReadsPlainly(t *testing.T) {
	commands := 0
	var visit func(command *cobra.Command)
	visit = func(command *cobra.Command) {
		commands++
		name := "winpolicy help " + command.CommandPath()
		var found []string
		for _, paragraph := range append(strings.Split(command.Long, "\n\n"), command.Short) {
			found = append(found, faults(name, split(paragraph, 1, false))...)
		}
		command.LocalFlags().VisitAll(func(flag *pflag.Flag) {
			found = append(found, faults(name+" --"+flag.Name, split(flag.Usage, 1, false))...)
		})
		for _, fault := range found {
			t.Error(fault)
		}
		for _, child := range command.Commands() {
			visit(child)
		}
	}
	visit(cli.New())
	require.Greater(t, commands, 10)
}

// pages gives every page of Markdown at the root and below docs, by its path in the project.
func pages(t *testing.T) []string {
	t.Helper()
	tree := os.DirFS("..")
	all, err := fs.Glob(tree, "*.md")
	require.NoError(t, err)
	require.NoError(t, fs.WalkDir(tree, "docs", func(name string, _ fs.DirEntry, err error) error {
		if path.Ext(name) == ".md" {
			all = append(all, name)
		}
		return err
	}))
	require.Greater(t, len(all), 20)
	return all
}

func TestSentences_AreFoundInMarkdown(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", maxWords+1))
	for name, one := range map[string]struct{ page, want string }{
		"short":             {"# Title\n\nYou run it. It works.\n", ""},
		"long":              {"# Title\n\n" + long + ".\n", "page.md:3: 31 words, at most 30: " + long + "."},
		"long on line 4":    {"# Title\n\nShort.\n" + long + ".\n", "page.md:4: 31 words, at most 30: " + long + "."},
		"over lines":        {"One\n" + long + "\nend.\n", "page.md:1: 33 words, at most 30: One " + long + " end."},
		"heading":           {"# " + long + "\n", "page.md:1: 31 words, at most 30: " + long},
		"item":              {"- a\n- " + long + "\n", "page.md:2: 31 words, at most 30: " + long},
		"two sentences":     {long[5:] + ". Then " + long[10:] + "\n", ""},
		"code span":         {"Run `" + long + "` now.\n", ""},
		"code block":        {"```\n" + long + "\n```\n", ""},
		"quotation":         {"It says \"" + long + "\" then.\n", ""},
		"block quotation":   {"> " + long + "\n", ""},
		"cell":              {"| a |\n| --- |\n| " + long + " |\n", ""},
		"phrase":            {"Then it is\nof somebody else.\n", "page.md:1: write who it is: Then it is of somebody else."},
		"phrase in a cell":  {"| a |\n| --- |\n| Make it by chance. |\n", `page.md:3: write "at random": Make it by chance.`},
		"phrase in code":    {"Not `by chance`.\n", ""},
		"phrase in a word":  {"The sample denied-os-name-alone is denied.\n", ""},
		"small begins":      {"First " + long[10:] + ". containerd " + long[10:] + "\n", ""},
		"phrase in a title": {"# For whoever reads\n", "page.md:1: write the person's role: For whoever reads"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, one.want, strings.Join(faults("page.md", sentences([]byte(one.page))), "\n"))
		})
	}
}
