package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/rego"
)

// DataPackage is the parent of the packages of data that rules use: images, builds, platforms.
const DataPackage = "lib.windows.data"

// Data is a package of data: tables, and the sources of their entries.
type Data struct {
	Name        string // the last part of the package
	Title       string
	Description string
	Sources     map[string]Source
	Tables      []Table // in the order of the file
}

// Source is where somebody checked an entry, and when.
type Source struct {
	URL  string `json:"url"`
	AsOf string `json:"asOf"` // a day, for example 2026-08-31
}

// Table is a rule of such a package.
type Table struct {
	Name        string
	Title       string
	Description string
	Entries     map[string]map[string]any // each with its data, and "source": a key of Sources
}

// ReadData reads every package of data, ordered by name. An entry without a source that the package lists, and a
// source without an entry, are errors with the file.
func ReadData(modules []rego.Module) ([]Data, error) {
	var all []Data
	var problems []error
	for _, module := range modules {
		if !strings.HasPrefix(module.Package(), DataPackage+".") {
			continue
		}
		data, err := readData(module)
		if err == nil {
			err = data.check()
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", module.File(), err))
		}
		all = append(all, data)
	}
	return all, errors.Join(problems...)
}

func readData(module rego.Module) (Data, error) {
	data := Data{Name: strings.TrimPrefix(module.Package(), DataPackage+".")}
	if annotations := packageAnnotations(module.Parsed); annotations != nil {
		data.Title, data.Description = annotations.Title, strings.TrimSpace(annotations.Description)
	}
	for _, rule := range module.Parsed.Rules {
		name := rule.Head.Name.String()
		if name == "sources" {
			if err := literal(rule, &data.Sources); err != nil {
				return data, fmt.Errorf("sources: want {\"name\": {\"url\": \"https://…\", \"asOf\": \"2026-08-31\"}}: %w", err)
			}
			continue
		}
		table := Table{Name: name}
		if err := literal(rule, &table.Entries); err != nil {
			return data, fmt.Errorf("%s: want {\"entry\": {…, \"source\": \"name\"}}: %w", name, err)
		}
		for _, annotations := range rule.Annotations {
			table.Title, table.Description = annotations.Title, strings.TrimSpace(annotations.Description)
		}
		data.Tables = append(data.Tables, table)
	}
	return data, nil
}

// literal decodes the value of a rule that is a literal. It is an error if value has no field for a key.
func literal(rule *ast.Rule, value any) error {
	if rule.Head.Value == nil || !rule.Head.Value.IsGround() {
		return errors.New("the value is not a literal")
	}
	plain, err := ast.JSON(rule.Head.Value.Value)
	if err != nil {
		return err
	}
	text, err := json.Marshal(plain)
	if err != nil {
		return err
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	return decoder.Decode(value)
}

// check returns every mistake in the form of the data.
func (d Data) check() error {
	var problems []error
	used := map[string]bool{}
	must := func(holds bool, format string, arguments ...any) {
		if !holds {
			problems = append(problems, fmt.Errorf(format, arguments...))
		}
	}
	must(d.Title != "", "METADATA title: say what the tables are about")
	for _, table := range d.Tables {
		must(table.Title != "" && table.Description != "", "%s: add METADATA with a title and a description", table.Name)
		for _, name := range Names(table.Entries) {
			source, _ := table.Entries[name]["source"].(string)
			_, known := d.Sources[source]
			must(known, "%s[%q]: source %q must be a key of sources", table.Name, name, source)
			used[source] = true
		}
	}
	for _, name := range Names(d.Sources) {
		source := d.Sources[name]
		_, err := time.Parse(time.DateOnly, source.AsOf)
		must(err == nil, "sources[%q]: asOf %q is not a day (want YYYY-MM-DD)", name, source.AsOf)
		must(strings.HasPrefix(source.URL, "https://"), "sources[%q]: url %q must begin with https://", name, source.URL)
		must(used[name], "sources[%q]: no entry names this source; remove it", name)
	}
	return errors.Join(problems...)
}

// Platforms returns the data of each platform, by the name that the configuration's `platform` takes.
func Platforms(modules []rego.Module) (map[string]any, error) {
	table, err := rego.Constant(modules, DataPackage+".platforms", "defaults")
	platforms, _ := table.(map[string]any)
	return platforms, err
}

// DataDay returns the newest day on which somebody checked a fact, for example 2026-08-31.
func DataDay(modules []rego.Module) (string, error) {
	all, err := ReadData(modules)
	newest := ""
	for _, data := range all {
		for _, source := range data.Sources {
			newest = max(newest, source.AsOf)
		}
	}
	return newest, err
}
