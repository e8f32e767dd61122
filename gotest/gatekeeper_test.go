package gotest

import (
	"encoding/json"
	"slices"
	"strings"
	"sync"
	"testing"

	v1 "github.com/open-policy-agent/frameworks/constraint/pkg/apis/templates/v1"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/drivers/rego"
	"github.com/open-policy-agent/frameworks/constraint/pkg/core/templates"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/target"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/util"
	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// cluster is Gatekeeper's own engine in this process. As in the webhook, it has an inventory and no http.send.
type cluster struct {
	client      *client.Client
	rules       []catalog.Rule
	grouping    gatekeeper.Grouping
	severities  [][]finding.Severity // of each Constraint of a template
	constraints map[string]string    // their JSON, by kind and name
	run         string               // whose objects are in the inventory
}

// A template has one Constraint for all severities, or one for each. One takes a third of the time.
var (
	together = [][]finding.Severity{everySeverity}
	apart    = [][]finding.Severity{{finding.Deny}, {finding.Warn}, {finding.Note}}
)

// templatesBy holds a function for each grouping that makes its templates once.
var templatesBy = func() map[gatekeeper.Grouping]func() ([]gatekeeper.Template, error) {
	all := map[gatekeeper.Grouping]func() ([]gatekeeper.Template, error){}
	for _, grouping := range gatekeeper.Groupings {
		all[grouping] = sync.OnceValues(func() ([]gatekeeper.Template, error) {
			shared, err := compiled()
			if err != nil {
				return nil, err
			}
			rules, err := catalogued()
			if err != nil {
				return nil, err
			}
			return gatekeeper.Templates(shared.modules, rules, grouping)
		})
	}
	return all
}()

// templatesOf gives the templates of a grouping. The caller may change the list, but no template in it.
func templatesOf(t testing.TB, grouping gatekeeper.Grouping) []gatekeeper.Template {
	t.Helper()
	all, err := templatesBy[grouping]()
	require.NoError(t, err)
	return slices.Clone(all)
}

func newCluster(t testing.TB, product *product, grouping gatekeeper.Grouping) *cluster {
	t.Helper()
	rules, err := catalog.Load(product.modules)
	require.NoError(t, err)
	made := &cluster{client: newClient(t, rego.Externs("inventory")), rules: rules, grouping: grouping, severities: together, constraints: map[string]string{}}
	for _, template := range templatesOf(t, grouping) {
		made.addTemplate(t, asTemplate(t, template))
	}
	return made
}

// addTemplate sends a template to the cluster.
func (c *cluster) addTemplate(t testing.TB, template *templates.ConstraintTemplate) {
	t.Helper()
	_, err := c.client.AddTemplate(t.Context(), template)
	require.NoError(t, err, template.Name)
}

func newClient(t testing.TB, arguments ...rego.Arg) *client.Client {
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

// asTemplate reads the file that generate writes, as Gatekeeper does.
func asTemplate(t testing.TB, template gatekeeper.Template) *templates.ConstraintTemplate {
	t.Helper()
	text, err := yaml.Marshal(template)
	require.NoError(t, err)
	versioned := &v1.ConstraintTemplate{}
	require.NoError(t, yaml.UnmarshalStrict(text, versioned))
	internal, err := versioned.ToVersionless()
	require.NoError(t, err)
	return internal
}

// configure replaces the Constraints by those with the configuration. It sends only those that change, because the client
// takes long to check a Constraint.
func (c *cluster) configure(t *testing.T, config map[string]any) {
	t.Helper()
	wanted := map[string]bool{}
	for _, constraint := range gatekeeper.Constraints(c.rules, gatekeeper.Options{Grouping: c.grouping, Settings: config}) {
		if strings.HasSuffix(constraint.Metadata.Name, "-warn") {
			continue // one of a template's two Constraints is enough to make the others
		}
		for _, severities := range c.severities {
			constraint.Metadata.Name = string(severities[0])
			constraint.Spec.Parameters["severities"] = severities
			text, err := json.Marshal(constraint)
			require.NoError(t, err)
			key := keyOf(constraint)
			wanted[key] = true
			if c.constraints[key] != string(text) {
				require.NoError(t, c.add(t, constraint))
			}
		}
	}
	for key, text := range c.constraints {
		if !wanted[key] {
			_, err := c.client.RemoveConstraint(t.Context(), fromJSON(t, []byte(text)))
			require.NoError(t, err)
			delete(c.constraints, key)
		}
	}
}

func keyOf(constraint gatekeeper.Constraint) string {
	return constraint.Kind + "/" + constraint.Metadata.Name
}

func fromJSON(t testing.TB, text []byte) *unstructured.Unstructured {
	t.Helper()
	object := &unstructured.Unstructured{}
	require.NoError(t, json.Unmarshal(text, &object.Object))
	return object
}

// clusterScoped lists the kinds in the samples that have no namespace.
var clusterScoped = []string{"Node", "PersistentVolume", "RuntimeClass", "StorageClass"}

// replicate replaces the objects in the inventory by those of the sample's run.
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
			replicated := fromJSON(t, text)
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

// add sends a Constraint to the cluster, in place of one with the same kind and name.
func (c *cluster) add(t testing.TB, constraint gatekeeper.Constraint) error {
	t.Helper()
	text, err := json.Marshal(constraint)
	require.NoError(t, err)
	if _, err := c.client.AddConstraint(t.Context(), fromJSON(t, text)); err != nil {
		return err
	}
	c.constraints[keyOf(constraint)] = string(text)
	return nil
}
