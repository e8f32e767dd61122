package cluster_test

import (
	"context"
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"

	"winpolicy/e2e/cluster"
	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// Every sample is sent to the API server. Who it says refuses it does so, in its own words; and what it expects of
// Gatekeeper is what Gatekeeper says.
func TestEverySampleMeetsTheRefuserItNames(t *testing.T) {
	samples, err := sample.Read(os.DirFS(root + "/samples"))
	require.NoError(t, err)
	c := cluster.Start(t)
	createNamespaces(t, c, samples)
	replaced := createReplaced(t, c, samples)
	c.StartGatekeeper(t)
	install(t, c)
	installReferential(t, c)
	rules := newRules(t)
	for _, run := range runs(samples) {
		some := slices.DeleteFunc(slices.Clone(samples), func(one sample.Sample) bool { return one.Run != run })
		remove := createGiven(t, c, some)
		for _, one := range some {
			if one.Given {
				continue
			}
			rules.configure(t, c, one.Config)
			t.Run(one.File+"/"+one.Name, func(t *testing.T) {
				if why := cannot(c, one, replaced); why != "" {
					t.Log("not expressible: " + why)
					return
				}
				rules.meets(t, c, one)
			})
		}
		remove()
		removeReplaced(t, c, some)
	}
}

func runs(samples []sample.Sample) []string {
	all := map[string]bool{}
	for _, one := range samples {
		all[one.Run] = true
	}
	return slices.Sorted(maps.Keys(all))
}

// cannot says why a sample cannot be sent as it stands, "" where it can.
func cannot(c *cluster.Cluster, one sample.Sample, replaced map[string]error) string {
	object := objectOf(one)
	if !slices.Contains([]string{"", "apiserver", "gatekeeper"}, one.RefusedBy) {
		return one.RefusedBy + " reads this file itself, and refuses it"
	}
	if one.File == "stop-signal.yaml" && len(one.Wants) > 0 {
		return "the API server drops the field, or with the feature gate ContainerStopSignals refuses it"
	}
	if one.Name == "placeholder" {
		return "the API server refuses a template that nobody has filled in"
	}
	if err := replaced[one.Name]; err != nil {
		return "what it replaces cannot exist here: " + err.Error()
	}
	if _, err := c.Resource(object.GetAPIVersion(), object.GetKind(), ""); err != nil && one.RefusedBy == "" {
		return "this API server does not serve " + object.GetAPIVersion() + " " + object.GetKind()
	}
	if object.GetUID() != "" && object.GetDeletionTimestamp() != nil {
		return "the API server removes what says that the cluster has the object and deletes it"
	}
	if !one.IsReview() && len(object.GetOwnerReferences()) > 0 && len(one.Wants) == 0 {
		return "a file names no user, and the API server does"
	}
	class, _, _ := unstructured.NestedString(object.Object, "spec", "runtimeClassName")
	if object.GetKind() == "Pod" && class != "" && !slices.ContainsFunc(one.Others["RuntimeClass"], named(class)) && one.RefusedBy == "" {
		return "the API server admits no pod of a RuntimeClass that it does not know, as " + class
	}
	priority, _, _ := unstructured.NestedString(object.Object, "spec", "priorityClassName")
	if object.GetKind() == "Pod" && priority != "" && !strings.HasPrefix(priority, "system-") {
		return "the API server admits no pod of a PriorityClass that it does not know, as " + priority
	}
	return ""
}

func named(name string) func(any) bool {
	return func(object any) bool {
		return (&unstructured.Unstructured{Object: object.(map[string]any)}).GetName() == name
	}
}

// objectOf is what is written: of an AdmissionReview the object in it.
func objectOf(one sample.Sample) *unstructured.Unstructured {
	value := one.Object.Value
	if one.IsReview() {
		value = value["request"].(map[string]any)["object"].(map[string]any)
	}
	return copied(value)
}

// copied gives the object in the types that a Kubernetes client knows.
func copied(value map[string]any) *unstructured.Unstructured {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err) // it has been read from JSON or YAML
	}
	object := &unstructured.Unstructured{}
	if err := json.Unmarshal(text, &object.Object); err != nil {
		panic(err)
	}
	return object
}

// meets sends the sample, without anything being stored, and asserts what comes back.
func (r *rules) meets(t *testing.T, c *cluster.Cluster, one sample.Sample) {
	t.Helper()
	denied, warned := expected(r.all, one)
	if slices.Contains(changed, one.Name) {
		warned = []string{}
	}
	got := send(t, c, one)
	// The referential rules know what Gatekeeper has replicated, which takes it a moment.
	cluster.Within(t, 30*time.Second, func() bool {
		if one.RefusedBy == "apiserver" || slices.Equal(warned, once(said(t, got.warnings...))) && (len(denied) > 0) == (got.refusal != nil) {
			return true
		}
		got = send(t, c, one)
		return false
	})
	switch one.RefusedBy {
	case "":
		require.NoError(t, got.refusal)
		require.Equal(t, warned, once(said(t, got.warnings...)))
	case "gatekeeper":
		require.Error(t, got.refusal)
		require.Contains(t, got.refusal.Error(), `admission webhook "validation.gatekeeper.sh" denied the request: `)
		require.Equal(t, denied, once(said(t, got.refusal.Error())))
		require.Equal(t, warned, once(said(t, got.warnings...)))
	case "apiserver":
		require.Error(t, got.refusal)
		require.NotContains(t, got.refusal.Error(), "admission webhook")
		r.namesFields(t, one, got.refusal)
	default:
		t.Fatalf("nobody is called %q", one.RefusedBy)
	}
}

// expected is what the sample wants of the Constraints, as said gives it.
func expected(all []catalog.Rule, one sample.Sample) (denied, warned []string) {
	groups := map[string]string{}
	for _, rule := range all {
		groups[rule.ID] = gatekeeper.BySubject.Of(rule)
	}
	denied, warned = []string{}, []string{}
	for _, want := range one.Wants {
		switch want.Severity {
		case finding.Deny:
			denied = append(denied, "windows-"+groups[want.Rule]+": "+want.Rule)
		case finding.Warn:
			warned = append(warned, "windows-"+groups[want.Rule]+"-warn: "+want.Rule)
		}
	}
	return once(denied), once(warned)
}

// once sorts and leaves each once: of a limit the API server makes a request as well, and it copies what a RuntimeClass
// selects into the pod, so that one mistake of a sample stands in two places.
func once(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

type answer struct {
	refusal  error
	warnings []string
}

// send writes the sample's object as a dry run, which asks everybody who may refuse it and stores nothing.
func send(t *testing.T, c *cluster.Cluster, one sample.Sample) (got answer) {
	t.Helper()
	object := objectOf(one)
	client := c.Client
	if user, _, _ := unstructured.NestedString(one.Object.Value, "request", "userInfo", "username"); user != "" {
		client = client.As(t, user)
	}
	resource, err := client.Resource(object.GetAPIVersion(), object.GetKind(), object.GetNamespace())
	if err != nil {
		return answer{refusal: err}
	}
	got.warnings = cluster.Warned(t.Context(), func(ctx context.Context) {
		if request, _ := one.Object.Value["request"].(map[string]any); request["operation"] == "UPDATE" {
			text, err := json.Marshal(object)
			require.NoError(t, err)
			var subresources []string
			if name, _ := request["subResource"].(string); name != "" {
				subresources = append(subresources, name)
			}
			options := metav1.PatchOptions{DryRun: []string{metav1.DryRunAll}}
			_, got.refusal = resource.Patch(ctx, object.GetName(), types.StrategicMergePatchType, text, options, subresources...)
			return
		}
		_, got.refusal = resource.Create(ctx, object, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
		if apierrors.IsAlreadyExists(got.refusal) {
			got.refusal = nil // others of its run refer to it; this is asked last, after everybody who may refuse
		}
	})
	return got
}
