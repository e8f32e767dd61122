package gotest

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	v1 "github.com/open-policy-agent/frameworks/constraint/pkg/apis/templates/v1"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/drivers/rego"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/reviews"
	"github.com/open-policy-agent/frameworks/constraint/pkg/core/templates"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/target"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	"github.com/stretchr/testify/require"
	admissionv1 "k8s.io/api/admission/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// cluster is Gatekeeper's own engine in process, as the webhook sets it up: with an inventory, without http.send.
type cluster struct {
	client      *client.Client
	rules       []catalog.Rule
	grouping    gatekeeper.Grouping
	config      string // of the Constraints, as JSON
	constraints []*unstructured.Unstructured
	run         string // whose objects are in the inventory
}

func newCluster(t *testing.T, product *product, grouping gatekeeper.Grouping) *cluster {
	t.Helper()
	made := newClient(t, rego.Externs("inventory"))
	rules, err := catalog.Load(product.modules)
	require.NoError(t, err)
	all, err := gatekeeper.Templates(product.modules, rules, grouping)
	require.NoError(t, err)
	for _, template := range all {
		_, err := made.AddTemplate(t.Context(), asTemplate(t, template))
		require.NoError(t, err, template.Metadata.Name)
	}
	return &cluster{client: made, rules: rules, grouping: grouping}
}

func newClient(t *testing.T, arguments ...rego.Arg) *client.Client {
	t.Helper()
	driver, err := rego.New(append(arguments, rego.DisableBuiltins("http.send"))...)
	require.NoError(t, err)
	made, err := client.NewClient(
		client.Targets(&target.K8sValidationTarget{}),
		client.Driver(driver),
		client.EnforcementPoints(util.WebhookEnforcementPoint),
	)
	require.NoError(t, err)
	return made
}

// asTemplate reads what generate writes, as Gatekeeper does.
func asTemplate(t *testing.T, template gatekeeper.Template) *templates.ConstraintTemplate {
	t.Helper()
	text, err := yaml.Marshal(template)
	require.NoError(t, err)
	versioned := &v1.ConstraintTemplate{}
	require.NoError(t, yaml.UnmarshalStrict(text, versioned))
	internal, err := versioned.ToVersionless()
	require.NoError(t, err)
	return internal
}

// configure puts a Constraint of each severity and template with the configuration in place of those before it.
func (c *cluster) configure(t *testing.T, config map[string]any) {
	t.Helper()
	key, err := json.Marshal(config)
	require.NoError(t, err)
	if string(key) == c.config {
		return
	}
	for _, old := range c.constraints {
		_, err := c.client.RemoveConstraint(t.Context(), old)
		require.NoError(t, err)
	}
	c.constraints, c.config = nil, string(key)
	for _, constraint := range gatekeeper.Constraints(c.rules, gatekeeper.Options{Grouping: c.grouping, Settings: config}) {
		if strings.HasSuffix(constraint.Metadata.Name, "-warn") {
			continue // of the two of a template one is enough to make three
		}
		for _, severity := range everySeverity {
			constraint.Metadata.Name = string(severity)
			constraint.Spec.Parameters["severities"] = []string{string(severity)}
			require.NoError(t, c.add(t, constraint))
		}
	}
}

// clusterScoped are the kinds of the samples that have no namespace.
var clusterScoped = []string{"Node", "RuntimeClass"}

// replicate puts the objects of a sample's run in the inventory, in place of those before them.
func (c *cluster) replicate(t *testing.T, one sample.Sample) {
	t.Helper()
	if c.run == one.Run {
		return
	}
	c.run = one.Run
	_, err := c.client.RemoveData(t.Context(), target.WipeData())
	require.NoError(t, err)
	for kind, objects := range one.Others {
		for _, object := range objects {
			text, err := json.Marshal(object)
			require.NoError(t, err)
			replicated := &unstructured.Unstructured{}
			require.NoError(t, json.Unmarshal(text, &replicated.Object))
			if replicated.GetNamespace() == "" && !slices.Contains(clusterScoped, kind) {
				replicated.SetNamespace("default")
			}
			if replicated.GetAPIVersion() != "" && replicated.GetName() != "" {
				_, err := c.client.AddData(t.Context(), replicated)
				require.NoError(t, err)
			}
		}
	}
}

func (c *cluster) add(t *testing.T, constraint gatekeeper.Constraint) error {
	t.Helper()
	object := &unstructured.Unstructured{}
	text, err := yaml.Marshal(constraint)
	require.NoError(t, err)
	require.NoError(t, yaml.Unmarshal(text, &object.Object))
	if _, err := c.client.AddConstraint(t.Context(), object); err != nil {
		return err
	}
	c.constraints = append(c.constraints, object)
	return nil
}

func gatekeeperDoor(t *testing.T, product *product, grouping gatekeeper.Grouping) door {
	cluster := newCluster(t, product, grouping)
	return door{everySeverity, servedKinds, func(t *testing.T, one sample.Sample) []string {
		cluster.configure(t, one.Config)
		cluster.replicate(t, one)
		return cluster.review(t, reviewOf(one)["request"])
	}}
}

// review gives what the Constraints say of a request, as "severity rule".
func (c *cluster) review(t *testing.T, admission any) []string {
	t.Helper()
	text, err := json.Marshal(admission)
	require.NoError(t, err)
	request := &admissionv1.AdmissionRequest{}
	require.NoError(t, json.Unmarshal(text, request))
	fillKind(t, request)
	responses, err := c.client.Review(t.Context(),
		&target.AugmentedReview{AdmissionRequest: request, IsAdmission: true},
		reviews.EnforcementPoint(util.WebhookEnforcementPoint))
	require.NoError(t, err)
	var all []string
	for _, result := range responses.Results() {
		all = append(all, said(t, finding.Severity(result.Constraint.GetName()), result.Msg))
	}
	return all
}

// servedKinds leaves out a group that only old files name: no API server serves it, and no Constraint matches it.
func servedKinds(one sample.Sample) string {
	if version, _ := one.Object.Value["apiVersion"].(string); strings.HasPrefix(version, "extensions/") {
		return "no API server serves " + version
	}
	return ""
}

// fillKind names the kind of the object, as the API server does in every request.
func fillKind(t *testing.T, request *admissionv1.AdmissionRequest) {
	object := &unstructured.Unstructured{}
	require.NoError(t, object.UnmarshalJSON(request.Object.Raw))
	kind := object.GroupVersionKind()
	request.Kind.Group, request.Kind.Version, request.Kind.Kind = kind.Group, kind.Version, kind.Kind
	request.Name = object.GetName()
}
