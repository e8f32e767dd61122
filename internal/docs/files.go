package docs

import (
	"context"

	"winpolicy/internal/admission"
	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
)

// Folder is where the pages of the rules stand in a project. Every file in it is generated.
const Folder = "docs/rules"

// Source is what the documentation is made from.
type Source struct {
	Modules   []rego.Module // with package winpolicy, to judge the samples
	Rules     []catalog.Rule
	Samples   []sample.Sample
	Platforms []string // the names that the configuration's `platform` takes
	Coverage  []byte   // the text of CoverageFile; nil for a project that has none
	Policies  *admission.Source
}

// Files writes the pages of the rules, the indexes, the page of data, the page of admission policies, the schema of the configuration, and CoveragePage: the text of each
// file by its path in the project.
func Files(ctx context.Context, source Source) (map[string][]byte, error) {
	rules := source.Rules
	schema, err := config.Publish(rules, source.Platforms)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{
		"docs/" + config.SchemaID: schema,
		Folder + "/README.md":     []byte(list(rules)),
		"docs/fields.md":          []byte(fields(rules)),
		"docs/symptoms.md":        []byte(symptoms(rules)),
		AdmissionPage:             []byte(admissionPage(source.Policies)),
	}
	data, err := catalog.ReadData(source.Modules)
	if err != nil {
		return nil, err
	}
	if len(data) > 0 {
		page, err := dataPage(data)
		if err != nil {
			return nil, err
		}
		files[DataPage] = []byte(page)
	}
	found, err := judge(ctx, source.Modules, source.Samples)
	if err != nil {
		return nil, err
	}
	formats := formatsOf(source.Modules)
	for _, rule := range rules {
		article, err := Write(rule, source.Samples)
		if err != nil {
			return nil, err
		}
		article.Findings = table(found[rule.ID], formats)
		if article.Repair, err = repair(found[rule.ID]); err != nil {
			return nil, err
		}
		files[Folder+"/"+rule.ID+".md"] = []byte(article.page())
	}
	if source.Coverage == nil {
		return files, nil
	}
	table, err := ParseCoverage(source.Coverage)
	if err != nil {
		return nil, err
	}
	files[CoveragePage] = table.Page()
	return files, nil
}
