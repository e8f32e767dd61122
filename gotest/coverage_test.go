package gotest

import (
	"errors"
	"io/fs"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/docs"
)

func TestCoverage_HasEveryLineOfTheSourceOnceAndEveryRule(t *testing.T) {
	text, table := readCoverage(t)
	require.NoError(t, table.Check(loadRules(t)))
	for number, line := range strings.Split(text, "\n") {
		require.False(t, strings.ContainsFunc(line, func(r rune) bool { return unicode.Is(unicode.Hangul, r) }),
			"%s:%d: say it in words of our own", docs.CoverageFile, number+1)
	}
}

// The source is not part of the project. The test runs only if the source is beside the checkout.
func TestCoverage_HashesMatchTheSource(t *testing.T) {
	_, table := readCoverage(t)
	source, err := os.ReadFile("../../shared/" + table.Source.File)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skipf("../shared/%s does not lie beside the checkout", table.Source.File)
	}
	require.NoError(t, err)
	require.NoError(t, table.Compare(source))

	changed := strings.Replace(string(source), "windows", "Windows", 1)
	require.ErrorContains(t, table.Compare([]byte(changed)), "has the hash")
	require.ErrorContains(t, table.Compare(append(source, "\n\n"...)), "has 446 lines")
}

func readCoverage(t *testing.T) (string, docs.Coverage) {
	t.Helper()
	text, err := os.ReadFile("../" + docs.CoverageFile)
	require.NoError(t, err)
	table, err := docs.ParseCoverage(text)
	require.NoError(t, err)
	return string(text), table
}

const smallTable = `
source: {title: A page, version: "1", file: page.txt, sha256: "", lines: 3}
entries:
  - lines: {1: "000000000001"}
    kind: heading
    says: A heading.
  - lines: {2: "000000000002", 3: "000000000003"}
    kind: statement
    says: It must be so.
    rules: [first]
beyond:
  - {rule: second, why: It came later.}
omitted:
  - {what: It might break., why: Nothing shows it.}
`

func TestCoverage_InvalidTableIsAnError(t *testing.T) {
	_, err := docs.ParseCoverage([]byte(smallTable))
	require.NoError(t, err)
	for name, tc := range map[string]struct{ cut, put, want string }{
		"a line left out":             {`2: "000000000002", `, "", "line 3 stands where line 2 has to"},
		"a line counted twice":        {`{1: "000000000001"}`, `{1: "000000000001", 2: "000000000002"}`, "line 2 stands where line 3 has to"},
		"a line twice in an entry":    {`{1: "000000000001"}`, `{1: "000000000001", 1: "000000000001"}`, "already defined"},
		"the last line left out":      {`, 3: "000000000003"`, "", "the entries end with line 2, the source has 3"},
		"a hash that is none":         {"000000000003", "hash", "lines 2-3: a hash is twelve hexadecimal digits"},
		"an unknown kind":             {"kind: heading", "kind: title", "lines 1: kind is heading, explanation or statement"},
		"an unknown key":              {"says: A heading.", "say: A heading.", "field say not found"},
		"no words":                    {"says: A heading.", "says: ''", "lines 1: says what the lines say"},
		"a statement without rules":   {"    rules: [first]\n", "", "a statement has rules, or the reason"},
		"rules and a reason":          {"rules: [first]", "rules: [first]\n    reason: It cannot be seen.", "a statement has rules, or the reason"},
		"a heading with rules":        {"says: A heading.", "says: A heading.\n    rules: [first]", "only a statement has rules"},
		"a rule beyond, without why":  {"why: It came later.", "why: ''", "beyond: second: say why"},
		"omitted, without why":        {"why: Nothing shows it.", "why: ''", "omitted: \"It might break.\": say what and why"},
		"an entry without a line":     {`{1: "000000000001"}`, "{}", "an entry has at least one line"},
		"today without its full stop": {"rules: [first]", "rules: [first]\n    today: no more", "today ends with a full stop"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, smallTable, tc.cut)
			_, err := docs.ParseCoverage([]byte(strings.Replace(smallTable, tc.cut, tc.put, 1)))
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, docs.CoverageFile)
		})
	}
}

func TestCoverage_RulesAndTableNameEachOther(t *testing.T) {
	for name, tc := range map[string]struct {
		rules     []string
		cut, put  string
		want      string
		wantClean bool
	}{
		"all named":                 {rules: []string{"first", "second"}, wantClean: true},
		"a rule that is not there":  {rules: []string{"second"}, want: `no rule is called "first"`},
		"beyond, and not there":     {rules: []string{"first"}, want: `no rule is called "second"`},
		"a rule that is not named":  {rules: []string{"first", "second", "third"}, want: "no line names the rule third"},
		"a rule named in both ways": {rules: []string{"first", "second"}, cut: "rules: [first]", put: "rules: [first, second]", want: "second: the rule is named already"},
	} {
		t.Run(name, func(t *testing.T) {
			table, err := docs.ParseCoverage([]byte(strings.Replace(smallTable, tc.cut, tc.put, 1)))
			require.NoError(t, err)
			var rules []catalog.Rule
			for _, id := range tc.rules {
				rules = append(rules, catalog.Rule{Metadata: catalog.Metadata{ID: id}})
			}
			err = table.Check(rules)
			if tc.wantClean {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.want)
		})
	}
}
