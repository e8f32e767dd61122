package admission

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

// notDeleted lets a request pass that changes an object which is being deleted: a deny would block its finalizers.
var notDeleted = Expression{"not-being-deleted", "!has(object.metadata.deletionTimestamp)"}

// Validations returns a policy for each rule that has conditions of the severity, after the configuration.
func (s *Source) Validations(settings Settings, severity finding.Severity) ([]Object, error) {
	all, _, err := s.ValidationsWithConditions(settings, severity)
	return all, err
}

// ValidationsWithConditions also returns the conditions of each policy, in the order of its validations.
func (s *Source) ValidationsWithConditions(settings Settings, severity finding.Severity) (all []Object, of [][]Condition, err error) {
	for _, one := range s.Policies {
		conditions, err := s.inForce(one.Conditions, settings, severity)
		if err != nil {
			return nil, nil, err
		}
		if len(conditions) == 0 {
			continue
		}
		earlier, err := s.inForce(one.Conditions, settings, finding.Deny)
		if err != nil {
			return nil, nil, err
		}
		if severity == finding.Deny {
			earlier = nil
		}
		spec, err := s.validate(settings, conditions, earlier)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", one.Rule, err)
		}
		name := "winpolicy-" + one.Rule
		if severity == finding.Warn {
			name += "-warn"
			controlled, err := s.notControlled()
			if err != nil {
				return nil, nil, err
			}
			spec.MatchConditions = append(spec.MatchConditions, controlled)
		}
		all, of = append(all, policy(validating, name, spec)), append(of, conditions)
	}
	return all, of, nil
}

// inForce returns the conditions whose rule is on and reports the severity.
func (s *Source) inForce(conditions []Condition, settings Settings, severity finding.Severity) ([]Condition, error) {
	var all []Condition
	for _, condition := range conditions {
		rule, err := catalog.Find(s.rules, condition.Rule)
		if err != nil {
			return nil, err
		}
		if settings.severity(rule, condition.Severity) == severity {
			all = append(all, condition)
		}
	}
	return all, nil
}

// validate makes the policy that fails if one of the conditions holds. An update fails only if none of them held before, and
// none of some graver ones of the rule.
func (s *Source) validate(settings Settings, conditions, graver []Condition) (Validating, error) {
	composer, err := s.composer(settings)
	if err != nil {
		return Validating{}, err
	}
	all := slices.Concat(conditions, graver)
	for _, condition := range all {
		if err := composer.use(condition.Field + condition.Holds()); err != nil {
			return Validating{}, fmt.Errorf("condition %s: %w", condition.Name, err)
		}
		composer.define(found(condition), condition.Holds())
	}
	earlier := map[string][]string{}
	for _, condition := range all {
		earlier[foundBefore(condition)] = append(earlier[foundBefore(condition)], composer.addOld(found(condition)))
	}
	for _, name := range slices.Sorted(maps.Keys(earlier)) {
		composer.define(name, "oldObject != null && ("+strings.Join(earlier[name], " || ")+")")
	}
	spec := Validating{
		FailurePolicy:    "Fail",
		MatchConstraints: workloads("CREATE", "UPDATE"),
		MatchConditions:  []Expression{notDeleted},
	}
	var texts []string
	for _, condition := range conditions {
		validation := condition.validation()
		spec.Validations = append(spec.Validations, validation)
		texts = append(texts, validation.Expression, validation.MessageExpression)
	}
	spec.Variables = composer.used(texts...)
	return spec, nil
}

// Holds returns the expression that is true if the rule finds the condition in the object.
func (c Condition) Holds() string {
	var parts []string
	for _, part := range c.If {
		parts = append(parts, "("+part+")")
	}
	for _, abstention := range c.Unless {
		parts = append(parts, "!("+abstention.If+")")
	}
	return strings.Join(parts, " &&\n")
}

// validation reports the condition as a template reports a finding.
func (c Condition) validation() Validation {
	hint := "winpolicy explain " + c.Rule
	if c.Rule == "" {
		hint = "docs/admission.md"
	}
	says := fmt.Sprintf(": %s (%s)", c.Says, hint)
	subject := c.Rule
	if subject == "" {
		subject = "placement"
	}
	return Validation{
		Expression:        fmt.Sprintf("!variables.%s || variables.%s", found(c), foundBefore(c)),
		Message:           subject + says,
		MessageExpression: quote(subject+": ") + " + " + cut(c.Field) + " + " + quote(says),
	}
}

// cut limits a path, because the API server cuts a warning, and the text after the path says what to do.
func cut(field string) string {
	return fmt.Sprintf("[%s].map(f, f.size() > 300 ? f.substring(0, 300) + '…' : f)[0]", field)
}

// Probe returns a policy for tests, whose validations are the parts of conditions: those of If and then those of Unless, each
// without its message.
func (s *Source) Probe(settings Settings, conditions []Condition) (Object, error) {
	spec := Validating{FailurePolicy: "Fail", MatchConstraints: workloads("CREATE", "UPDATE")}
	var parts []string
	for _, condition := range conditions {
		parts = append(parts, condition.If...)
		for _, abstention := range condition.Unless {
			parts = append(parts, abstention.If)
		}
	}
	for _, part := range parts {
		spec.Validations = append(spec.Validations, Validation{Expression: part, Message: "false"})
	}
	var err error
	spec.Variables, err = s.Variables(settings, parts...)
	return policy(validating, "winpolicy-probe", spec), err
}

// found is the name of the variable that holds the result of the condition.
func found(c Condition) string { return camel("found", c.Name) }

// foundBefore is the name of the variable that tells whether the rule found something in the object before the update. What
// belongs to no rule stands for itself.
func foundBefore(c Condition) string { return camel("before", cmp.Or(c.Rule, c.Name)) }

// camel joins a prefix and a name in kebab-case.
func camel(prefix, name string) string {
	for _, word := range strings.Split(name, "-") {
		prefix += strings.ToUpper(word[:1]) + word[1:]
	}
	return prefix
}

// notControlled leaves out objects that a controller creates from a workload, because the workload gets the warning.
func (s *Source) notControlled() (Expression, error) {
	kinds, err := literal(s.controllerKinds)
	if err != nil {
		return Expression{}, err
	}
	accounts, err := literal(s.controllerAccounts)
	return Expression{"not-of-a-controller", fmt.Sprintf(`!object.metadata.?ownerReferences.orValue([]).exists(o, o.?controller.orValue(false) &&
  o.apiVersion + ' ' + o.kind in %s &&
  (request.operation != 'CREATE' || request.userInfo.username in %s))`, kinds, accounts)}, err
}
