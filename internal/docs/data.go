package docs

import (
	"fmt"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
)

// DataPage is the path of the page of data in a project.
const DataPage = "docs/data.md"

// dataPage writes the page of the data that rules use: each table with sources and days.
func dataPage(all []catalog.Data) (string, error) {
	var text strings.Builder
	text.WriteString(Header + "\n# The data of the rules\n\n" +
		"On this page you find what the rules know about images, Windows builds, platforms and other things outside your\n" +
		"manifests. Every entry has a source, and the day on which somebody checked the entry there. Rules never download\n" +
		"data. Some rules have parameters that replace a table; the page of the [rule](rules/README.md) lists them.\n")
	for _, data := range all {
		fmt.Fprintf(&text, "\n## %s\n\n%s\n", Prose(data.Title), Prose(data.Description))
		for _, table := range data.Tables {
			written, err := dataTable(data, table)
			if err != nil {
				return "", fmt.Errorf("%s: table %s: %w", data.Name, table.Name, err)
			}
			fmt.Fprintf(&text, "\n### %s\n\n%s\n\n%s", Prose(table.Title), Prose(table.Description), written)
		}
		text.WriteString("\nSources:\n\n")
		for _, name := range catalog.Names(data.Sources) {
			source := data.Sources[name]
			fmt.Fprintf(&text, "- %s: <%s>, checked on %s\n", name, source.URL, source.AsOf)
		}
	}
	return text.String(), nil
}

// dataTable writes a table with one row an entry: its name, its data, its source and the day.
func dataTable(data catalog.Data, table catalog.Table) (string, error) {
	columns := dataColumns(table)
	header := append(append([]string{"Entry"}, columns...), "Source", "Checked")
	var rows [][]string
	for _, name := range catalog.Names(table.Entries) {
		entry := table.Entries[name]
		row := []string{cell(name)}
		for _, column := range columns {
			value, err := valueText(entry[column])
			if err != nil {
				return "", fmt.Errorf("%s: %s: %w", name, column, err)
			}
			row = append(row, value)
		}
		source, _ := entry["source"].(string)
		rows = append(rows, append(row, source, data.Sources[source].AsOf))
	}
	return Table(header, rows), nil
}

// dataColumns are the data that the entries have, sorted, without the source.
func dataColumns(table catalog.Table) []string {
	names := map[string]bool{}
	for _, entry := range table.Entries {
		for name := range entry {
			names[name] = true
		}
	}
	return slices.DeleteFunc(catalog.Names(names), func(name string) bool { return name == "source" })
}

// valueText writes a value: a text as it is, any other value as YAML on one line, nothing if the entry has no such value.
func valueText(value any) (string, error) {
	switch value := value.(type) {
	case nil:
		return "", nil
	case string:
		return cell(value), nil
	}
	text, err := flow(value)
	return cell(text), err
}

func cell(text string) string { return strings.ReplaceAll(Code(text), "|", `\|`) }
