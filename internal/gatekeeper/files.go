package gatekeeper

import (
	"errors"
	"fmt"
	"path"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
)

// Files writes the templates and Constraints of the rules, and the catalogue by which gator installs them: the text of
// each file by its path in the project. Errors name the file of policies/, or the file that cannot be written.
func Files(all []rego.Module, rules []catalog.Rule, options Options) (map[string][]byte, error) {
	files := fileSet{files: map[string][]byte{}, resources: map[string][]string{}}
	versions := map[string]string{}
	maker, err := newMaker(all)
	if err != nil {
		return nil, err
	}
	for _, group := range options.Grouping.groups(rules) {
		made, err := maker.template(group)
		if err != nil {
			return nil, err
		}
		if err := carryVersion(&made, options.Project, group.file()); err != nil {
			return nil, err
		}
		versions[group.name] = made.Metadata.Annotations[versionAnnotation]
		files.add(group.folder(), made.Metadata.Name, made)
		for _, constraint := range options.constraints(group) {
			files.add(path.Join(group.folder(), "constraints"), constraint.Metadata.Name, constraint)
		}
	}
	if set := syncSet(rules); len(set.Spec.GVKs) > 0 {
		files.add(referential, "syncset", set)
	}
	for folder, names := range files.resources {
		// It has no extension: `kubectl apply -f` on the folder would choke on a kustomization.yaml.
		files.write(path.Join(folder, "Kustomization"), kustomization(names))
	}
	for file, constraint := range bundleConstraints(rules, options) {
		files.write(file, constraint)
	}
	listed := policyCatalog(rules, options.Grouping, versions)
	if err := carryCatalogVersion(&listed, options.Project); err != nil {
		return nil, err
	}
	files.write(catalogFile, listed)
	return files.files, errors.Join(files.problems...)
}

// fileSet is what Files writes.
type fileSet struct {
	files     map[string][]byte   // by the path in the project
	resources map[string][]string // the files that a Kustomization names, by folder
	problems  []error
}

func (f *fileSet) write(name string, object any) {
	text, err := yaml.Marshal(object)
	if err != nil {
		f.problems = append(f.problems, fmt.Errorf("write %s: %w", name, err))
	}
	f.files[path.Join(Folder, name)] = append([]byte(Header), text...)
}

func (f *fileSet) add(folder, name string, object any) {
	f.write(path.Join(folder, name+".yaml"), object)
	f.resources[folder] = append(f.resources[folder], name+".yaml")
}

func kustomization(resources []string) any {
	return map[string]any{
		"apiVersion": "kustomize.config.k8s.io/v1beta1",
		"kind":       "Kustomization",
		"resources":  resources,
	}
}
