package diagnose_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/cluster"
	"winpolicy/internal/diagnose"
)

// The server of these tests stands in for an API server: it answers what each test says. e2e/cluster asks a real one.
const (
	allPods   = "/api/v1/namespaces/shop/pods?limit=500"
	allEvents = "/api/v1/namespaces/shop/events?limit=500"
	onePod    = "/api/v1/namespaces/shop/pods/web"
	webSet    = "/apis/apps/v1/namespaces/shop/replicasets/web-6d"
	classes   = "/apis/node.k8s.io/v1/runtimeclasses?limit=500"
	forbidden = `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403, "reason": "Forbidden", "message": "no rights"}`
	missing   = `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404, "reason": "NotFound", "message": "pods \"web\" not found"}`
)

var discovery = map[string]string{
	"/api/v1": `{"groupVersion": "v1", "resources": [{"name": "pods", "kind": "Pod", "namespaced": true, "verbs": ["list"]},
		{"name": "events", "kind": "Event", "namespaced": true, "verbs": ["list"]}]}`,
	"/apis/apps":           `{"preferredVersion": {"groupVersion": "apps/v1"}}`,
	"/apis/apps/v1":        `{"groupVersion": "apps/v1", "resources": [{"name": "replicasets", "kind": "ReplicaSet", "namespaced": true, "verbs": ["list"]}]}`,
	"/apis/node.k8s.io":    `{"preferredVersion": {"groupVersion": "node.k8s.io/v1"}}`,
	"/apis/node.k8s.io/v1": `{"groupVersion": "node.k8s.io/v1", "resources": [{"name": "runtimeclasses", "kind": "RuntimeClass", "verbs": ["list"]}]}`,
}

// live diagnoses a cluster that gives these answers, by path and query.
func live(t *testing.T, answers map[string]string, wanted diagnose.Wanted) (*diagnose.Report, error) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := answers[r.URL.RequestURI()]
		if !ok {
			body, ok = discovery[r.URL.RequestURI()]
		}
		if !ok {
			body = missing
		}
		w.Header().Set("Content-Type", "application/json")
		var status struct{ Code int }
		if json.Unmarshal([]byte(body), &status) == nil && status.Code > 0 {
			w.WriteHeader(status.Code)
		}
		fmt.Fprint(w, body)
	}))
	t.Cleanup(server.Close)
	reader, err := cluster.New(&rest.Config{Host: server.URL}, "shop")
	require.NoError(t, err)
	wanted.Namespace = "shop"
	input, err := diagnose.Live(t.Context(), reader, wanted)
	if err != nil {
		return nil, err
	}
	report, err := newDiagnoser(t, generic).Diagnose(t.Context(), input)
	require.NoError(t, err)
	return report, nil
}

// list is the list that holds the objects of some texts in YAML.
func list(t *testing.T, texts ...string) string {
	t.Helper()
	var items []string
	for _, text := range texts {
		one, err := yaml.YAMLToJSON([]byte(strings.TrimSuffix(strings.TrimSpace(text), "---")))
		require.NoError(t, err)
		items = append(items, string(one))
	}
	return `{"metadata": {}, "items": [` + strings.Join(items, ",") + `]}`
}

func item(t *testing.T, text string) string {
	t.Helper()
	return strings.TrimSuffix(strings.TrimPrefix(list(t, text), `{"metadata": {}, "items": [`), "]}")
}

const hostPID = `
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: web-6d, namespace: shop, uid: r, ownerReferences: [{kind: Deployment, name: web, controller: true}]}
spec: {template: {spec: {hostPID: true, tolerations: [{operator: Exists}], nodeSelector: {kubernetes.io/os: windows}, containers: [{name: web, image: registry.example/web:7}]}}}
`

const failedCreate = `
involvedObject: {apiVersion: apps/v1, kind: ReplicaSet, name: web-6d, namespace: shop, uid: r}
reason: FailedCreate
message: 'Error creating: Pod "web-6d-" is invalid: spec.hostPID: Forbidden: cannot be set for a windows pod'
`

func TestLive_ReadsPodsEventsAndWhatTheyNeed(t *testing.T) {
	waits := pod("web", "uid: a", "{phase: Pending}")
	byClass := strings.Replace(waits, "nodeSelector: {kubernetes.io/os: windows}", "runtimeClassName: win", 1)
	class := "metadata: {name: win}\nhandler: runhcs-wcow-process\nscheduling: {nodeSelector: {kubernetes.io/os: windows}}"
	taint := event("web", "a", "FailedScheduling", untolerated)
	none := list(t)
	for name, tc := range map[string]struct {
		answers map[string]string
		names   []string
		want    []string
		notes   []string
	}{
		"a pod by name":           {map[string]string{onePod: item(t, waits), allEvents: list(t, taint, event("api", "b", "Failed", "manifest unknown")), classes: none}, []string{"web"}, []string{"Pod shop/web: toleration(both)"}, nil},
		"a pod that runs well":    {map[string]string{onePod: item(t, pod("web", "", ready)), allEvents: none, classes: none}, []string{"web"}, []string{"Pod shop/web: toleration(finding)"}, nil},
		"its RuntimeClass":        {map[string]string{onePod: item(t, byClass), allEvents: none, classes: list(t, class)}, []string{"web"}, []string{"Pod shop/web: toleration(both)"}, nil},
		"the pods of a namespace": {map[string]string{allPods: list(t, waits, pod("api", "", ready)), allEvents: list(t, taint), classes: none}, nil, []string{"Pod shop/web: toleration(both)", "well: 1"}, nil},
		"a controller that cannot create pods": {map[string]string{allPods: none, allEvents: list(t, failedCreate, failedCreate), webSet: item(t, hostPID), classes: none}, nil,
			[]string{"ReplicaSet shop/web-6d: host-namespaces(both)"}, nil},
		"a controller that may not be read": {map[string]string{allPods: none, allEvents: list(t, failedCreate), webSet: forbidden, classes: none}, nil,
			[]string{"ReplicaSet shop/web-6d: host-namespaces(symptom) linux-security-context(symptom)"}, nil},
		"only pods may be read": {map[string]string{onePod: item(t, waits), allEvents: forbidden, classes: forbidden}, []string{"web"}, []string{"Pod shop/web: toleration(both)"},
			[]string{"You may not list objects of the kind Event, so the answer does without them.", "You may not list objects of the kind RuntimeClass, so the answer does without them."}},
		"nothing is wrong": {map[string]string{allPods: list(t, pod("web", "", ready)), allEvents: none, classes: none}, nil, []string{"well: 1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			report, err := live(t, tc.answers, diagnose.Wanted{Names: tc.names})
			require.NoError(t, err)
			require.Empty(t, report.Errors)
			require.Equal(t, tc.want, told(report))
			require.ElementsMatch(t, tc.notes, report.Notes)
		})
	}
}

func TestLive_SaysWhatCannotBeRead(t *testing.T) {
	_, err := live(t, map[string]string{onePod: missing}, diagnose.Wanted{Names: []string{"web"}})
	require.EqualError(t, err, `get pod web in namespace shop: pods "web" not found`)
	_, err = live(t, map[string]string{allPods: forbidden}, diagnose.Wanted{})
	require.ErrorContains(t, err, "no rights")
}

func TestLive_AListThatEndsTooEarlyIsAnError(t *testing.T) {
	cut := strings.TrimSuffix(list(t, pod("web", "", "{phase: Pending}")), "]}") + ","
	report, err := live(t, map[string]string{allPods: cut, allEvents: list(t), classes: list(t)}, diagnose.Wanted{})
	require.NoError(t, err)
	require.Equal(t, []string{"Pod shop/web: toleration(both)"}, told(report))
	require.Len(t, report.Errors, 1)
	require.Contains(t, report.Errors[0].Message, "list pods: the answer of the API server ends too early")
}

func TestLive_IsBounded(t *testing.T) {
	var pods []string
	for i := range 1001 {
		pods = append(pods, pod(fmt.Sprint("web-", i), "ownerReferences: [{kind: ReplicaSet, name: web, controller: true}]", "{phase: Pending}"))
	}
	report, err := live(t, map[string]string{allPods: list(t, pods...), allEvents: list(t), classes: list(t)}, diagnose.Wanted{})
	require.NoError(t, err)
	require.Equal(t, []string{"Only the first 1000 pods that do not run well are diagnosed. Choose a namespace, or labels with -l."}, report.Notes)
	require.Len(t, report.Subjects, 1)
	require.Len(t, report.Subjects[0].Alike, 999)
}
