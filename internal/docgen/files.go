package docgen

import (
	"winpolicy/internal/catalog"
	"winpolicy/internal/sample"
)

// Folder is where the pages of the rules stand in a project. Every file in it is generated.
const Folder = "docs/rules"

// Files writes the pages of the rules and the indexes: the text of each file by its path in the project.
func Files(rules []catalog.Rule, samples []sample.Sample) (map[string][]byte, error) {
	files := map[string][]byte{
		Folder + "/README.md": []byte(list(rules)),
		"docs/fields.md":      []byte(fields(rules)),
		"docs/symptoms.md":    []byte(symptoms(rules)),
	}
	for _, rule := range rules {
		article, err := Write(rule, samples)
		if err != nil {
			return nil, err
		}
		files[Folder+"/"+rule.ID+".md"] = []byte(article.page())
	}
	return files, nil
}
