package tree_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper/tree"
	"winpolicy/internal/rego"
)

// parsed gives the tree of some modules, by file name.
func parsed(t *testing.T, sources map[string]string) *tree.Tree {
	t.Helper()
	files := fstest.MapFS{}
	for name, text := range sources {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	all, err := rego.Load(files)
	require.NoError(t, err)
	capabilities, err := tree.Capabilities()
	require.NoError(t, err)
	made, err := tree.Parse(all, capabilities)
	require.NoError(t, err)
	return made
}

// printed gives the texts of a tree by package.
func printed(t *testing.T, made *tree.Tree) map[string]string {
	t.Helper()
	texts, err := made.Print()
	require.NoError(t, err)
	all := map[string]string{}
	for i, module := range made.Modules() {
		all[tree.PackageOf(module)] = texts[i]
	}
	return all
}

func read(t *testing.T, text string) *ast.Module {
	t.Helper()
	module, err := ast.ParseModuleWithOpts("printed.rego", text, ast.ParserOptions{RegoVersion: ast.RegoV1})
	require.NoError(t, err)
	return module
}

func TestPrint_KeepsEveryString(t *testing.T) {
	for name, literal := range map[string]string{
		"raw with lines, tabs and #":  "`first\n\t# not a comment\n\t\tlast\n`",
		"raw with a backslash":        "`C:\\dir\\.exe$`",
		"raw with quotes":             "`\"a\"`",
		"quoted with escapes":         `"tab\tline\nquote\" \\ \u003c"`,
		"quoted with control letters": `"\u0000\u001b\u007f"`,
		"raw with a tab":              "`a\tb`",
	} {
		t.Run(name, func(t *testing.T) {
			source := "package lib.a\n\nx := [" + literal + "] # here\n\ny if {\n\tinput.a == " + literal + "\n}\n"
			text := printed(t, parsed(t, map[string]string{"a.rego": source}))["lib.a"]
			got, want := read(t, text), read(t, source)
			require.Zero(t, want.Rules[0].Head.Value.Value.Compare(got.Rules[0].Head.Value.Value), text)
			require.True(t, want.Rules[1].Equal(got.Rules[1]), text)
			require.NotContains(t, text, "here")
			require.NotContains(t, text, "\t")
		})
	}
}

func TestPrint_KeepsTheMeaning(t *testing.T) {
	for name, source := range map[string]string{
		"every":                           "p if {\n\tevery k, v in input.x { v > 1; k != \"a\" }\n\tevery v in [1] {\n\t\tv == 1\n\t}\n}",
		"else":                            "f(x) := `a\"b` if x == 1 else := \"c\" if x == 2 else := concat(\"\", [\"d\"])\n\ng := 1 if { input.a } else := `r`",
		"comments in every place":         "# METADATA\n# title: t\np contains { # here\n\t\"a\": 1, # there\n\t# between\n\t\"b\": 2,\n} if {\n\t# first\n\tinput.x # last\n}",
		"references as heads":             "graded.deny contains x if some x in input.y\n\ngraded.rest contains x if some x in graded.deny",
		"parentheses":                     "p if (input.a | {1}) & {2} == set()\n\nq := [x | x := (1 + 2) * 3]\n\nr if not (input.b in {1})\n\ns if input.z - (1 - 2) == 3",
		"with":                            "p contains x if some x in q with input as {\"a\": 1}\n\nq := input.a",
		"wildcards":                       "p if { input.a[_].b[_]; input.c[_] == input.d[_] }\n\nq if input.e[_]",
		"wildcards in what some declares": "p := [x | some [_, x] in {[1, y] | some _, y in input.z}]\n\nq if input.e[_]",
		"implied true":                    "f(x) if x == 1\n\nf(1)\n\ng(1) := true\n\nh := true",
		"default":                         "default p := {}\n\np := input.x if input.x",
	} {
		t.Run(name, func(t *testing.T) {
			source := "package lib.a\n\n" + source + "\n"
			text := printed(t, parsed(t, map[string]string{"a.rego": source}))["lib.a"] // or Print gives an error
			require.Len(t, read(t, text).Rules, len(read(t, source).Rules))
			require.NotContains(t, text, "#")
		})
	}
}

func TestParse_NamesFileAndLine(t *testing.T) {
	for name, tc := range map[string]struct{ source, want string }{
		"what OPA 1.3 does not know": {"package lib.a\n\nx := $\"{input.a}\"\n", "policies/a.rego:3"},
	} {
		t.Run(name, func(t *testing.T) {
			all, err := rego.Load(fstest.MapFS{"a.rego": {Data: []byte(tc.source)}})
			require.NoError(t, err)
			capabilities, err := tree.Capabilities()
			require.NoError(t, err)
			_, err = tree.Parse(all, capabilities)
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestPrint_RefusesWhatItCannotPrint(t *testing.T) {
	_, err := parsed(t, map[string]string{"a.rego": "package lib.a\n\nx[\"\\u0000\"] := 1\n"}).Print()
	require.ErrorContains(t, err, "policies/a.rego: print the module for a template: ")
}

func TestAdd_RefusesAnEmptyModule(t *testing.T) {
	require.ErrorContains(t, parsed(t, nil).Add("index", "# nothing\n"), "index:0: rego_parse_error: empty module")
}

func TestInline_PutsConstantsInThePlaceOfNames(t *testing.T) {
	const library = "package lib.a\n\nwords := {\n\t\"x y\",\n\t`\\d`,\n}\n\ntext := `a\n\t# b`\n\nlong := \"%s\"\n\ncomputed := count(words)\n\ntwice := 1\n\ntwice := 1\n\nmocked := 1\n"
	for name, tc := range map[string]struct{ rule, want string }{
		"of the module":                   {"x if input.y in _own\n\n_own := {1, 2}", "x if input.y in {1, 2}\n\n_own := {1, 2}"},
		"of an import":                    {"x if input.y in a.words", "x if input.y in {`\\d`, \"x y\"}"},
		"under another name":              {"x if input.y in b.words", "x if input.y in {`\\d`, \"x y\"}"},
		"a raw string":                    {"x if input.y == a.text", "x if input.y == \"a\\n\\t# b\""},
		"in an else":                      {"x := 1 if input.y else := a.words", "x := 1 if input.y\n\nelse := {`\\d`, \"x y\"}"},
		"in a head":                       {"x contains _own if input.y\n\n_own := 1", "x contains 1 if input.y\n\n_own := 1"},
		"in every head":                   {"x := _own if input.y\n\nz := _own if input.z\n\n_own := 1", "x := 1 if input.y\n\nz := 1 if input.z\n\n_own := 1"},
		"in a list":                       {"x := [[1, _own], [\n\t2,\n\t_own,\n]]\n\n_own := 1", "x := [[1, 1], [\n  2,\n  1,\n]]\n\n_own := 1"},
		"as the key of an object":         {"x := {_own: _own}[input.y]\n\n_own := \"k\"", "x := {\"k\": \"k\"}[input.y]\n\n_own := \"k\""},
		"in a set with the same value":    {"x := {_own, \"k\"}\n\n_own := \"k\"", "x := {\"k\"}\n\n_own := \"k\""},
		"in a set that some goes through": {"x := {y | some y in {_own, 2}}\n\n_own := 3", "x := {y | some y in {3, 2}}\n\n_own := 3"},
		"in a comprehension":              {"x := {y | some y in _own}\n\n_own := {1}", "x := {y | some y in {1}}\n\n_own := {1}"},
		"not where a field is asked for":  {"x if a.words[input.y]", "x if a.words[input.y]"},
		"within what is asked for":        {"x if input.y[_own]\n\n_own := 1", "x if input.y[1]\n\n_own := 1"},
		"not what is long":                {"x if input.y == a.long", "x if input.y == a.long"},
		"not what is computed":            {"x if input.y == a.computed", "x if input.y == a.computed"},
		"not what is defined twice":       {"x if input.y == a.twice", "x if input.y == a.twice"},
		"not what `with` replaces":        {"x if a.mocked == 2 with a.mocked as 2", "x if a.mocked == 2 with a.mocked as 2"},
		"not an argument of its name":     {"f(_own) := _own\n\n_own := 1", "f(_own) := _own\n\n_own := 1"},
		"not what some declares":          {"x if {\n\tsome _own in input.y\n\t_own == 2\n}\n\n_own := 1", "x if {\n  some _own in input.y\n  _own == 2\n}\n\n_own := 1"},
		"not what is assigned":            {"x if {\n\t_own := input.y\n\t_own == 2\n}\n\n_own := 1", "x if {\n  _own := input.y\n  _own == 2\n}\n\n_own := 1"},
		"not what every declares":         {"x if {\n\tevery _own in input.y { _own == 2 }\n}\n\n_own := 1", "x if {\n  every _own in input.y { _own == 2 }\n}\n\n_own := 1"},
		"not of an import that is hidden": {"f(b) := b.words", "f(b) := b.words"},
		"not a function":                  {"x if _own(1) == 1\n\n_own(_) := 1", "x if _own(1) == 1\n\n_own(_) := 1"},
		"not what has a default":          {"x if _own == 1\n\ndefault _own := 1", "x if _own == 1\n\ndefault _own := 1"},
		"not what depends on a condition": {"x if _own == 1\n\n_own := 1 if input.z", "x if _own == 1\n\n_own := 1 if input.z"},
	} {
		t.Run(name, func(t *testing.T) {
			const head = "package lib.rule\n\nimport data.lib.a\nimport data.lib.a as b\n\n"
			made := parsed(t, map[string]string{
				"a.rego":    strings.ReplaceAll(library, "%s", strings.Repeat("x", 3000)),
				"rule.rego": head + tc.rule + "\n",
			})
			require.NoError(t, made.Inline())
			require.Equal(t, head+tc.want+"\n", printed(t, made)["lib.rule"])
		})
	}
}

func TestInline_LongConstantIsWrittenOnlyOnce(t *testing.T) {
	long := `["` + strings.Repeat("x", 200) + `"]`
	for name, tc := range map[string]struct {
		uses string
		want bool // whether the constant stands in the place of its name
	}{
		"one use":              {"x := count(a.long)", true},
		"two uses":             {"x := count(a.long)\n\ny := count(a.long)", false},
		"one use and an entry": {"x := count(a.long)\n\ny := a.long[input.x]", false},
		"an entry":             {"x := a.long[input.x]", false},
	} {
		t.Run(name, func(t *testing.T) {
			made := parsed(t, map[string]string{
				"a.rego": "package lib.a\n\nlong := " + long + "\n",
				"b.rego": "package lib.b\n\nimport data.lib.a\n\n" + tc.uses + "\n",
			})
			require.NoError(t, made.Inline())
			require.Equal(t, tc.want, !strings.Contains(printed(t, made)["lib.b"], "a.long"))
		})
	}
}

func TestDropSources_LeavesFacts(t *testing.T) {
	const facts = "package lib.data.fruit\n\nsources := {\"garden\": {\"url\": \"u\"}}\n\ncolours := {\"apple\": {\"colour\": \"red\", \"source\": \"garden\"}}\n"
	const head = "package lib.b\n\nimport data.lib.data.fruit\n\n"
	for name, tc := range map[string]struct{ rule, want, problem string }{
		"a rule that reads facts":   {"x := fruit.colours.apple.colour", `{"apple": {"colour": "red"}}`, ""},
		"a rule that reads sources": {"x := fruit.sources[fruit.colours.apple.source]", `{"apple": {"colour": "red", "source": "garden"}}`, ""},
		"a rule that reads only the key": {
			"x := fruit.colours.apple.source", "",
			"policies/b.rego:5: fruit.colours.apple.source: a template has no sources of entries; read also `sources` of the package",
		},
	} {
		t.Run(name, func(t *testing.T) {
			made := parsed(t, map[string]string{"fruit.rego": facts, "b.rego": head + tc.rule + "\n"})
			err := made.DropSources("lib.data")
			if tc.problem != "" {
				require.EqualError(t, err, tc.problem)
				return
			}
			require.NoError(t, err)
			require.Contains(t, printed(t, made)["lib.data.fruit"], "colours := "+tc.want)
		})
	}
}
