//go:build !k8s_1_35

package main

import (
	"context"
	"encoding/json"
	"fmt"

	admissionregistration "k8s.io/api/admissionregistration/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/apiserver/pkg/admission/plugin/cel"
	"k8s.io/apiserver/pkg/admission/plugin/policy/validating"
	"k8s.io/apiserver/pkg/admission/plugin/webhook/matchconditions"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/authentication/user"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
)

// policies are ValidatingAdmissionPolicies to ask from now on.
type policies []admissionregistration.ValidatingAdmissionPolicy

// policyReview asks the policies about a request. Neither the kinds that a policy matches nor its binding are looked at.
type policyReview struct {
	review
	User string `json:"user"`
}

// admitted is what the policies answer.
type admitted struct {
	Fault     string          `json:"fault,omitempty"` // the object could not be read
	Object    json.RawMessage `json:"object,omitempty"`
	OldObject json.RawMessage `json:"oldObject,omitempty"` // both as admission sees them: defaulted, without what the API does not know
	Decisions [][]string      `json:"decisions,omitempty"` // by policy and validation: "" if it passes; none if a match condition does not hold
}

// compiled is a policy in the form in which the API server evaluates it.
type compiled struct{ validator validating.Validator }

func (p policies) compile() ([]compiled, error) {
	var all []compiled
	for i := range p {
		validator, err := compile(&p[i])
		if err != nil {
			return nil, fmt.Errorf("policy %s: %w", p[i].Name, err)
		}
		all = append(all, compiled{validator})
	}
	return all, nil
}

// compile does what compilePolicy of the plugin does, which is not exported.
func compile(policy *admissionregistration.ValidatingAdmissionPolicy) (validating.Validator, error) {
	compiler, err := cel.NewCompositedCompiler(environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()))
	if err != nil {
		return nil, err
	}
	with := cel.OptionalVariableDeclarations{HasAuthorizer: true}
	for _, variable := range policy.Spec.Variables {
		result := compiler.CompileAndStoreVariable(&validating.Variable{Name: variable.Name, Expression: variable.Expression}, with, environment.StoredExpressions)
		if result.Error != nil {
			return nil, fmt.Errorf("variable %s: %w", variable.Name, result.Error)
		}
	}
	var checks, messages, conditions []cel.ExpressionAccessor
	for _, one := range policy.Spec.Validations {
		checks = append(checks, &validating.ValidationCondition{Expression: one.Expression, Message: one.Message})
		var message cel.ExpressionAccessor
		if one.MessageExpression != "" {
			message = &validating.MessageExpressionCondition{MessageExpression: one.MessageExpression}
		}
		messages = append(messages, message)
	}
	for i := range policy.Spec.MatchConditions {
		conditions = append(conditions, (*matchconditions.MatchCondition)(&policy.Spec.MatchConditions[i]))
	}
	for _, expression := range append(checks, messages...) {
		if expression == nil {
			continue
		}
		if result := compiler.CompileCELExpression(expression, with, environment.StoredExpressions); result.Error != nil {
			return nil, fmt.Errorf("%s: %w", expression.GetExpression(), result.Error)
		}
	}
	matcher := matchconditions.NewMatcher(compiler.CompileCondition(conditions, with, environment.StoredExpressions), policy.Spec.FailurePolicy, "policy", "validate", policy.Name)
	return validating.NewValidator(compiler.CompileCondition(checks, with, environment.StoredExpressions), matcher,
		compiler.CompileCondition(nil, with, environment.StoredExpressions),
		compiler.CompileCondition(messages, cel.OptionalVariableDeclarations{}, environment.StoredExpressions), policy.Spec.FailurePolicy, nil), nil
}

func (o *oracle) admit(one policyReview) (admitted, error) {
	object, text, err := asAdmissionSees(one.Object, one.Operation == "CREATE")
	if err != nil {
		return admitted{Fault: err.Error()}, nil
	}
	answer := admitted{Object: text}
	var old runtime.Object
	operation := admission.Create
	if one.Operation == "UPDATE" {
		operation = admission.Update
		if old, answer.OldObject, err = asAdmissionSees(one.OldObject, false); err != nil {
			return admitted{Fault: "oldObject: " + err.Error()}, nil
		}
	}
	request, err := versioned(object, old, operation, one)
	if err != nil {
		return admitted{Fault: err.Error()}, nil
	}
	for _, policy := range o.policies {
		result := policy.validator.Validate(context.Background(), request.GetResource(), request, nil, &corev1.Namespace{}, celconfig.RuntimeCELCostBudget, nil)
		var decisions []string
		for _, decision := range result.Decisions {
			switch decision.Evaluation {
			case validating.EvalAdmit:
				decisions = append(decisions, "")
			case validating.EvalDeny:
				decisions = append(decisions, decision.Message)
			default:
				decisions = append(decisions, "error: "+decision.Message)
			}
		}
		answer.Decisions = append(answer.Decisions, decisions)
	}
	return answer, nil
}

// asAdmissionSees gives an object in the version of the request, with defaults, and its text. What a creator says that only the API
// server can say is gone.
func asAdmissionSees(text []byte, created bool) (runtime.Object, json.RawMessage, error) {
	_, kind, err := decode(text)
	if err != nil {
		return nil, nil, err
	}
	object, _, err := legacyscheme.Codecs.UniversalDeserializer().Decode(text, &kind, nil)
	if err != nil {
		return nil, nil, err
	}
	legacyscheme.Scheme.Default(object)
	object.GetObjectKind().SetGroupVersionKind(kind)
	if created {
		accessor, err := meta.Accessor(object)
		if err != nil {
			return nil, nil, err
		}
		rest.WipeObjectMetaSystemFields(accessor)
	}
	seen, err := json.Marshal(object)
	return object, seen, err
}

func versioned(object, old runtime.Object, operation admission.Operation, asked policyReview) (*admission.VersionedAttributes, error) {
	kind := object.GetObjectKind().GroupVersionKind()
	resource, _ := meta.UnsafeGuessKindToResource(kind)
	accessor, err := meta.Accessor(object)
	if err != nil {
		return nil, err
	}
	record := admission.NewAttributesRecord(object, old, kind, accessor.GetNamespace(), accessor.GetName(), resource, asked.SubResource,
		operation, nil, false, &user.DefaultInfo{Name: asked.User})
	request := &admission.VersionedAttributes{Attributes: record, VersionedKind: kind, VersionedObject: admission.NewLazyObject(object)}
	if old != nil {
		request.VersionedOldObject = admission.NewLazyObject(old)
	}
	return request, nil
}
