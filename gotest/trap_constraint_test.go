package gotest

import (
	"errors"
	"fmt"
	"path"
	"reflect"
	"slices"
	"testing"

	"winpolicy/internal/gatekeeper"
)

func matches(_ *testing.T, all artefacts) error {
	return eachConstraint(all, func(_ string, constraint *gatekeeper.Constraint) error {
		kinds, _ := constraint.Spec.Match["kinds"].([]any)
		if len(kinds) == 0 || len(constraint.Spec.Match) > 1 {
			return errors.New("the Constraint does not match by kinds, or has another match")
		}
		if !slices.Contains([]string{"deny", "warn", "dryrun"}, constraint.Spec.EnforcementAction) {
			return fmt.Errorf("enforcementAction is %s", constraint.Spec.EnforcementAction)
		}
		return nil
	})
}

func paired(_ *testing.T, all artefacts) error {
	byKind := map[string][]*gatekeeper.Constraint{}
	err := eachConstraint(all, func(file string, constraint *gatekeeper.Constraint) error {
		if path.Base(path.Dir(file)) == "constraints" {
			byKind[constraint.Kind] = append(byKind[constraint.Kind], constraint)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for kind, pair := range byKind {
		if len(pair) != 2 {
			return fmt.Errorf("%s has %d Constraints", kind, len(pair))
		}
		severities := []string{fmt.Sprint(pair[0].Spec.Parameters["severities"]), fmt.Sprint(pair[1].Spec.Parameters["severities"])}
		slices.Sort(severities)
		delete(pair[0].Spec.Parameters, "severities")
		delete(pair[1].Spec.Parameters, "severities")
		if !reflect.DeepEqual(severities, []string{"[deny]", "[warn]"}) ||
			!reflect.DeepEqual(pair[0].Spec.Match, pair[1].Spec.Match) ||
			!reflect.DeepEqual(pair[0].Spec.Parameters, pair[1].Spec.Parameters) {
			return fmt.Errorf("the Constraints of %s differ in more than their severities", kind)
		}
	}
	return nil
}
