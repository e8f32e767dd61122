package admission

import (
	"fmt"
	"strings"
)

// notOfDaemonSet leaves out pods of DaemonSets: the controller decides by the template which nodes get one, so a selector in
// the pod alone leaves a Pending pod for every other node.
var notOfDaemonSet = Expression{
	"not-of-a-daemonset",
	"!object.metadata.?ownerReferences.orValue([]).exists(o, o.kind == 'DaemonSet' && o.?controller.orValue(false))",
}

// templateChanged touches a DaemonSet only if its template changes anyway: another change would replace its pods for a label.
var templateChanged = Expression{
	"created-or-its-template-changed",
	"oldObject == null || object.spec.template != oldObject.spec.template",
}

// placement returns the two mutating policies. Each has all mutations, because the order between policies is random.
func (s *Source) placement(settings Settings) ([]Object, error) {
	var expressions []string
	for _, mutation := range s.mutations {
		expressions = append(expressions, mutation.expression())
	}
	variables, err := s.Variables(settings, expressions...)
	if err != nil {
		return nil, fmt.Errorf("placement: %w", err)
	}
	spec := Mutating{
		FailurePolicy:      "Ignore",
		ReinvocationPolicy: "IfNeeded",
		Variables:          variables,
	}
	for _, expression := range expressions {
		spec.Mutations = append(spec.Mutations, Mutation{"JSONPatch", JSONPatch{expression}})
	}
	pods, daemonSets := spec, spec
	pods.MatchConditions = []Expression{notOfDaemonSet}
	pods.MatchConstraints = Match{ResourceRules: []ResourceRule{{[]string{""}, []string{"v1"}, []string{"pods"}, []string{"CREATE"}}}}
	daemonSets.MatchConditions = []Expression{templateChanged}
	daemonSets.MatchConstraints = Match{ResourceRules: []ResourceRule{
		{[]string{"apps"}, []string{"v1"}, []string{"daemonsets"}, []string{"CREATE", "UPDATE"}},
	}}
	return []Object{
		policy(mutating, "winpolicy-placement", pods),
		policy(mutating, "winpolicy-placement-daemonsets", daemonSets),
	}, nil
}

// expression returns the operations of the mutation, with those that name it in an annotation of the pod: nothing else shows
// that a policy has changed the pod.
func (m mutation) expression() string {
	return fmt.Sprintf(`!(%s) ? [] :
%s +
(variables.metadata.?annotations.hasValue() ? [] :
  [JSONPatch{op: 'add', path: variables.metadataPointer + '/annotations', value: {}}]) +
[JSONPatch{op: 'add', path: variables.metadataPointer + '/annotations/' + jsonpatch.escapeKey('winpolicy/added'),
  value: variables.added == '' ? %s : variables.added + %s}]`, m.If, strings.TrimSpace(m.Patch), quote(m.Adds), quote(","+m.Adds))
}

// preview returns the policy that warns of what the mutations would do.
func (s *Source) preview(settings Settings) (Object, error) {
	spec, err := s.validate(settings, s.previews, nil)
	if err != nil {
		return Object{}, fmt.Errorf("placement: %w", err)
	}
	spec.MatchConditions = append(spec.MatchConditions, notOfDaemonSet)
	return policy(validating, "winpolicy-placement-preview", spec), nil
}
