package gotest

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"reflect"
	"regexp"
	"testing"

	v1 "github.com/open-policy-agent/frameworks/constraint/pkg/apis/templates/v1"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/cachemanager/parser"
	gvk "k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/gatekeeper"
)

var version = regexp.MustCompile(`^\d+\.\d+\.\d+$`)

func annotations(_ *testing.T, all artefacts) error {
	needed := map[string]parser.GVKEquivalenceSet{} // by the folder
	err := eachTemplate(all, func(file string, template *v1.ConstraintTemplate) error {
		const prefix = "metadata.gatekeeper.sh/"
		has := template.Annotations
		if has[prefix+"title"] == "" || has[prefix+"bundle"] == "" && path.Dir(file) == "." || has["description"] == "" ||
			!version.MatchString(has[prefix+"version"]) {
			return errors.New("a template needs a title, a version, a description and a bundle")
		}
		read, err := template.ToVersionless()
		if err != nil {
			return err
		}
		requirements, err := parser.ReadSyncRequirements(read)
		if needed[path.Dir(file)] == nil {
			needed[path.Dir(file)] = parser.GVKEquivalenceSet{}
		}
		for _, alternatives := range requirements {
			maps.Copy(needed[path.Dir(file)], alternatives)
		}
		return err
	})
	for folder, needs := range needed {
		err = errors.Join(err, replicated(all, folder, needs))
	}
	return err
}

// replicated checks that the SyncSet of a folder replicates what its templates need. A folder without need has no SyncSet.
func replicated(all artefacts, folder string, needed parser.GVKEquivalenceSet) error {
	var set gatekeeper.SyncSet
	if err := yaml.UnmarshalStrict([]byte(all[path.Join(folder, "syncset.yaml")]), &set); err != nil {
		return err
	}
	synced := parser.GVKEquivalenceSet{}
	for _, one := range set.Spec.GVKs {
		synced[gvk.GroupVersionKind(one)] = struct{}{}
	}
	if !reflect.DeepEqual(synced, needed) {
		return fmt.Errorf("%s: the SyncSet replicates %v, the templates need %v", folder, synced, needed)
	}
	return nil
}
