package catalog_test

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
)

const facts = `# METADATA
# title: Fruit
# description: What is known of fruit.
package lib.windows.data.fruit

sources := {"garden": {"url": "https://example.com/garden", "asOf": "2026-01-02"}}

# METADATA
# title: Colours
# description: The colour of each fruit.
colours := {"apple": {"colour": "red", "source": "garden"}}
`

func TestReadFacts_ReturnsTablesAndSources(t *testing.T) {
	all, err := catalog.ReadData(modules(t, facts))
	require.NoError(t, err)
	require.Equal(t, []catalog.Data{{
		Name: "fruit", Title: "Fruit", Description: "What is known of fruit.",
		Sources: map[string]catalog.Source{"garden": {URL: "https://example.com/garden", AsOf: "2026-01-02"}},
		Tables: []catalog.Table{{
			Name: "colours", Title: "Colours", Description: "The colour of each fruit.",
			Entries: map[string]map[string]any{"apple": {"colour": "red", "source": "garden"}},
		}},
	}}, all)
}

func TestReadFacts_MistakeIsAnErrorWithTheFile(t *testing.T) {
	const header = "# METADATA\n# title: Fruit\npackage lib.windows.data.fruit\n\n"
	const colours = "\n# METADATA\n# title: Colours\n# description: The colour of each fruit.\n"
	for name, tc := range map[string]struct{ text, want string }{
		"an entry without a source": {
			header + colours + `colours := {"apple": {"colour": "red"}}`,
			`policies/fruit.rego: colours["apple"]: source "" must be a key of sources`,
		},
		"an unknown source": {
			header + colours + `colours := {"apple": {"source": "garden"}}`,
			`policies/fruit.rego: colours["apple"]: source "garden" must be a key of sources`,
		},
		"a source without an entry": {
			header + `sources := {"garden": {"url": "https://example.com", "asOf": "2026-01-02"}}`,
			`policies/fruit.rego: sources["garden"]: no entry names this source; remove it`,
		},
		"a day that does not exist": {
			header + `sources := {"garden": {"url": "https://example.com", "asOf": "2026-02-30"}}` + colours + `colours := {"apple": {"source": "garden"}}`,
			`policies/fruit.rego: sources["garden"]: asOf "2026-02-30" is not a day (want YYYY-MM-DD)`,
		},
		"another scheme": {
			header + `sources := {"garden": {"url": "http://example.com", "asOf": "2026-01-02"}}` + colours + `colours := {"apple": {"source": "garden"}}`,
			`policies/fruit.rego: sources["garden"]: url "http://example.com" must begin with https://`,
		},
		"another key of a source": {
			header + `sources := {"garden": {"link": "https://example.com"}}`,
			`policies/fruit.rego: sources: want {"name": {"url": "https://…", "asOf": "2026-08-31"}}: json: unknown field "link"`,
		},
		"a table without METADATA": {
			header + `colours := {}`,
			`policies/fruit.rego: colours: add METADATA with a title and a description`,
		},
		"a package without METADATA": {
			"package lib.windows.data.fruit\n",
			`policies/fruit.rego: METADATA title: say what the tables are about`,
		},
		"a set": {
			header + colours + `colours := {"apple"}`,
			`policies/fruit.rego: colours: want {"entry": {…, "source": "name"}}: json: cannot unmarshal array into Go value of type map[string]map[string]interface {}`,
		},
		"a computed table": {
			header + colours + `colours := {name: {} | some name in ["apple"]}`,
			`policies/fruit.rego: colours: want {"entry": {…, "source": "name"}}: the value is not a literal`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := catalog.ReadData(modules(t, tc.text))
			require.EqualError(t, err, tc.want)
		})
	}
}

func modules(t *testing.T, text string) []rego.Module {
	all, err := rego.Load(fstest.MapFS{"fruit.rego": {Data: []byte(text)}})
	require.NoError(t, err)
	return all
}
