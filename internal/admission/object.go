package admission

import "strings"

// The parts of admissionregistration.k8s.io/v1 that the sets use, in the order in which people read them.
type (
	// Object is a policy or a binding.
	Object struct {
		APIVersion string   `yaml:"apiVersion"`
		Kind       string   `yaml:"kind"`
		Metadata   Metadata `yaml:"metadata"`
		Spec       any      `yaml:"spec"`
	}
	// Metadata names an object of the cluster.
	Metadata struct {
		Name   string            `yaml:"name"`
		Labels map[string]string `yaml:"labels"`
	}
	// Validating is the spec of a ValidatingAdmissionPolicy.
	Validating struct {
		FailurePolicy    string       `yaml:"failurePolicy"`
		MatchConstraints Match        `yaml:"matchConstraints"`
		MatchConditions  []Expression `yaml:"matchConditions,omitempty"`
		Variables        []Expression `yaml:"variables"`
		Validations      []Validation `yaml:"validations"`
	}
	// Mutating is the spec of a MutatingAdmissionPolicy.
	Mutating struct {
		FailurePolicy      string       `yaml:"failurePolicy"`
		ReinvocationPolicy string       `yaml:"reinvocationPolicy"`
		MatchConstraints   Match        `yaml:"matchConstraints"`
		MatchConditions    []Expression `yaml:"matchConditions,omitempty"`
		Variables          []Expression `yaml:"variables"`
		Mutations          []Mutation   `yaml:"mutations"`
	}
	// Expression is a CEL expression with a name.
	Expression struct {
		Name       string `yaml:"name"`
		Expression string `yaml:"expression"`
	}
	// Validation fails if its expression is false.
	Validation struct {
		Expression        string `yaml:"expression"`
		Message           string `yaml:"message"`
		MessageExpression string `yaml:"messageExpression,omitempty"`
	}
	// Mutation is a JSONPatch.
	Mutation struct {
		PatchType string    `yaml:"patchType"`
		JSONPatch JSONPatch `yaml:"jsonPatch"`
	}
	// JSONPatch holds an expression that gives the operations.
	JSONPatch struct {
		Expression string `yaml:"expression"`
	}
	// Match selects requests.
	Match struct {
		NamespaceSelector *Selector      `yaml:"namespaceSelector,omitempty"`
		ResourceRules     []ResourceRule `yaml:"resourceRules,omitempty"`
	}
	// ResourceRule names resources and operations.
	ResourceRule struct {
		APIGroups   []string `yaml:"apiGroups,flow"`
		APIVersions []string `yaml:"apiVersions,flow"`
		Resources   []string `yaml:"resources,flow"`
		Operations  []string `yaml:"operations,flow"`
	}
	// Selector selects by labels.
	Selector struct {
		MatchExpressions []Requirement `yaml:"matchExpressions"`
	}
	// Requirement is an expression of a label selector.
	Requirement struct {
		Key      string   `yaml:"key"`
		Operator string   `yaml:"operator"`
		Values   []string `yaml:"values,flow"`
	}
	bindingSpec struct {
		PolicyName        string   `yaml:"policyName"`
		ValidationActions []string `yaml:"validationActions,flow,omitempty"`
		MatchResources    *Match   `yaml:"matchResources,omitempty"`
	}
)

const (
	apiVersion = "admissionregistration.k8s.io/v1"
	validating = "ValidatingAdmissionPolicy"
	mutating   = "MutatingAdmissionPolicy"
)

// What the API server does if a validation fails: actions of a binding.
var (
	warning = []string{"Warn", "Audit"}
	denying = []string{"Deny", "Audit"}
)

func policy(kind, name string, spec any) Object {
	return Object{apiVersion, kind, named(name), spec}
}

func named(name string) Metadata {
	return Metadata{Name: name, Labels: map[string]string{"app.kubernetes.io/part-of": "winpolicy"}}
}

// binding puts a policy in force in the namespaces that meet the requirements. It has the name of the policy.
func binding(policy Object, namespaces []Requirement, actions []string) Object {
	spec := bindingSpec{PolicyName: policy.Metadata.Name, ValidationActions: actions}
	if len(namespaces) > 0 {
		spec.MatchResources = &Match{NamespaceSelector: &Selector{namespaces}}
	}
	return Object{apiVersion, policy.Kind + "Binding", policy.Metadata, spec}
}

const placementLabel = "winpolicy/placement"

func optedIn(excluded []Requirement) []Requirement {
	return append([]Requirement{{placementLabel, "In", []string{"enabled"}}}, excluded...)
}

func notOptedOut(excluded []Requirement) []Requirement {
	return append([]Requirement{{placementLabel, "NotIn", []string{"disabled"}}}, excluded...)
}

// workloads are the kinds that carry a pod, with the subresource by which ephemeral containers come.
func workloads(operations ...string) Match {
	return Match{ResourceRules: []ResourceRule{
		{[]string{""}, []string{"v1"}, strings.Fields("pods pods/ephemeralcontainers podtemplates replicationcontrollers"), operations},
		{[]string{"apps"}, []string{"v1"}, strings.Fields("daemonsets deployments replicasets statefulsets"), operations},
		{[]string{"batch"}, []string{"v1"}, strings.Fields("cronjobs jobs"), operations},
	}}
}
