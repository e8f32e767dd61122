package cluster_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"winpolicy/internal/cluster"
)

// The server of these tests stands in for an API server: it answers what each test says. e2e/cluster reads a real one.

// answers is what the stand-in answers, by path and query.
type answers map[string]func(http.ResponseWriter)

func text(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

// cut answers the start of a body and breaks the connection.
func cut(body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.Header().Set("Content-Length", "1000000")
		fmt.Fprint(w, body)
	}
}

var core = text(200, `{"kind": "APIResourceList", "groupVersion": "v1", "resources": [
	{"name": "pods", "kind": "Pod", "namespaced": true, "verbs": ["get", "list"]},
	{"name": "pods/log", "kind": "Pod", "namespaced": true, "verbs": ["get"]},
	{"name": "nodes", "kind": "Node", "verbs": ["get", "list"]}]}`)

func serve(t *testing.T, all answers) *cluster.Reader {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if answer := all[r.URL.RequestURI()]; answer != nil {
			answer(w)
			return
		}
		text(404, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404, "reason": "NotFound", "message": "nothing here"}`)(w)
	}))
	t.Cleanup(server.Close)
	reader, err := cluster.New(&rest.Config{Host: server.URL}, "shop")
	require.NoError(t, err)
	return reader
}

// names lists the names of pods, and the error at the end.
func names(t *testing.T, reader *cluster.Reader, query cluster.Query) (all []string, failed error) {
	t.Helper()
	pods, err := reader.Kind(t.Context(), "", "Pod")
	require.NoError(t, err)
	for object, err := range reader.List(t.Context(), pods, query) {
		require.NoError(t, failed, "nothing follows an error")
		if err != nil {
			failed = err
			continue
		}
		require.Equal(t, "v1 Pod", fmt.Sprint(object["apiVersion"], " ", object["kind"]))
		all = append(all, object["metadata"].(map[string]any)["name"].(string))
	}
	return all, failed
}

func pods(token string, names ...string) string {
	var items []any
	for _, name := range names {
		items = append(items, map[string]any{"metadata": map[string]any{"name": name}})
	}
	body, _ := json.Marshal(map[string]any{"kind": "PodList", "apiVersion": "v1", "metadata": map[string]any{"continue": token}, "items": items})
	return string(body)
}

const expired = `{"kind": "Status", "apiVersion": "v1", "metadata": {"continue": %q}, "status": "Failure", "code": 410, "reason": "Expired", "message": "too old"}`

func TestList_YieldsAllPagesUpToAnError(t *testing.T) {
	const first, second, third = "/api/v1/pods?limit=500", "/api/v1/pods?continue=2&limit=500", "/api/v1/pods?continue=3&limit=500"
	for name, tc := range map[string]struct {
		answers answers
		want    []string
		failure string // "" if there is none
	}{
		"one page":                         {answers{first: text(200, pods("", "a", "b"))}, []string{"a", "b"}, ""},
		"three pages":                      {answers{first: text(200, pods("2", "a")), second: text(200, pods("3", "b")), third: text(200, pods("", "c"))}, []string{"a", "b", "c"}, ""},
		"a page again":                     {answers{first: text(200, pods("2", "a")), second: text(200, pods("2", "b"))}, []string{"a", "b"}, "list pods: the API server repeats a page"},
		"no object":                        {answers{first: text(200, pods(""))}, nil, ""},
		"items that are null":              {answers{first: text(200, `{"kind": "PodList", "items": null}`)}, nil, ""},
		"metadata behind items":            {answers{first: text(200, `{"items": [{"metadata": {"name": "a"}}], "metadata": {"continue": "2"}}`), second: text(200, pods("", "b"))}, []string{"a", "b"}, ""},
		"a list that expires":              {answers{first: text(200, pods("2", "a")), second: text(410, fmt.Sprintf(expired, "3")), third: text(200, pods("", "b"))}, []string{"a", "b"}, ""},
		"a list that expires for good":     {answers{first: text(200, pods("2", "a")), second: text(410, fmt.Sprintf(expired, ""))}, []string{"a"}, "list pods: too old"},
		"a list that expires at its token": {answers{first: text(200, pods("2", "a")), second: text(410, fmt.Sprintf(expired, "2"))}, []string{"a"}, "list pods: too old"},
		"a connection cut in a page":       {answers{first: text(200, pods("2", "a")), second: cut(`{"kind": "PodList", "items": [{"metadata": {"name": "b"}}, {"meta`)}, []string{"a", "b"}, "list pods: the answer of the API server ends too early: unexpected EOF"},
		"a connection cut between objects": {answers{first: cut(`{"kind": "PodList", "items": [{"metadata": {"name": "b"}}`)}, []string{"b"}, "list pods: the answer of the API server ends too early: unexpected EOF"},
		"invalid JSON":                     {answers{first: text(200, `{"items": [{"metadata": {"name": "a"}}, {]}`)}, []string{"a"}, "list pods: the answer of the API server is not valid JSON: invalid character ']'"},
		"a page of HTML":                   {answers{first: text(200, "<html>")}, nil, "list pods: the answer of the API server is not valid JSON"},
		"JSON of no list":                  {answers{first: text(200, `{}`)}, nil, "list pods: the answer of the API server is not a list"},
		"JSON of no map":                   {answers{first: text(200, `[]`)}, nil, "list pods: the answer of the API server is not a list"},
		"an item of null":                  {answers{first: text(200, `{"items": [null]}`)}, nil, "list pods: the answer of the API server is not a list"},
		"an endless item":                  {answers{first: text(200, `{"items": [{"metadata": {"name": "a"}}, "`+strings.Repeat("a", 9<<20)+`"]}`)}, []string{"a"}, "list pods: read the answer of the API server: more than 8 MiB in one object"},
		"nothing at all":                   {answers{first: text(200, "")}, nil, "list pods: the answer of the API server ends too early: EOF"},
		"a failing server":                 {answers{first: text(500, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 500, "message": "etcd is away"}`)}, nil, "list pods: etcd is away"},
	} {
		t.Run(name, func(t *testing.T) {
			tc.answers["/api/v1"] = core
			got, err := names(t, serve(t, tc.answers), cluster.Query{})
			require.Equal(t, tc.want, got)
			if tc.failure == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, tc.failure)
		})
	}
}

func TestList_AsksForWhatTheQuerySays(t *testing.T) {
	reader := serve(t, answers{"/api/v1": core, "/api/v1/namespaces/shop/pods?labelSelector=app%3Dweb&limit=2": text(200, pods("", "a"))})
	got, err := names(t, reader, cluster.Query{Namespace: "shop", Selector: "app=web", PageSize: 2})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, got)
}

func TestList_StopsWhenTheReaderStops(t *testing.T) {
	reader := serve(t, answers{"/api/v1": core, "/api/v1/pods?limit=500": text(200, pods("2", "a", "b"))})
	kind, err := reader.Kind(t.Context(), "", "Pod")
	require.NoError(t, err)
	for _, err := range reader.List(t.Context(), kind, cluster.Query{}) {
		require.NoError(t, err)
		break
	}
}

func TestList_SaysWhatIsForbidden(t *testing.T) {
	reader := serve(t, answers{"/api/v1": core, "/api/v1/pods?limit=500": text(403, `{"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 403, "reason": "Forbidden", "message": "no"}`)})
	_, err := names(t, reader, cluster.Query{})
	require.True(t, cluster.IsForbidden(err), err)
}

func TestKind_FindsWhatTheClusterServes(t *testing.T) {
	reader := serve(t, answers{
		"/api/v1":       core,
		"/apis/apps":    text(200, `{"kind": "APIGroup", "name": "apps", "preferredVersion": {"groupVersion": "apps/v1"}}`),
		"/apis/apps/v1": text(200, `{"groupVersion": "apps/v1", "resources": [{"name": "deployments", "kind": "Deployment", "namespaced": true, "verbs": ["list"]}]}`),
	})
	found, err := reader.Kind(t.Context(), "apps", "Deployment")
	require.NoError(t, err)
	require.Equal(t, cluster.Kind{APIVersion: "apps/v1", Kind: "Deployment", Resource: "deployments", Namespaced: true}, found)
	for _, other := range [][2]string{{"apps", "Pod"}, {"kubeadm.k8s.io", "InitConfiguration"}} {
		_, err = reader.Kind(t.Context(), other[0], other[1])
		require.ErrorIs(t, err, cluster.ErrNotServed)
	}
}

func TestGet_ReturnsOneObject(t *testing.T) {
	reader := serve(t, answers{
		"/api/v1":                          core,
		"/api/v1/namespaces/shop/pods/web": text(200, `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}}`),
		"/api/v1/nodes/one":                text(200, `{"apiVersion": "v1", "kind": "Node", "metadata": {"name": "one"}}`),
	})
	for kind, name := range map[string]string{"Pod": "web", "Node": "one"} {
		found, err := reader.Kind(t.Context(), "", kind)
		require.NoError(t, err)
		object, err := reader.Get(t.Context(), found, "shop", name)
		require.NoError(t, err)
		require.Equal(t, cluster.Object{"apiVersion": "v1", "kind": kind, "metadata": map[string]any{"name": name}}, object)
		for _, bad := range []string{"", "..", "web/exec", "%2e"} {
			_, err = reader.Get(t.Context(), found, "shop", bad)
			require.ErrorContains(t, err, "is not the name of an object")
		}
	}
}

func TestReader_ServerThatIsNotThere(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	reader, err := cluster.New(&rest.Config{Host: server.URL}, "shop")
	require.NoError(t, err)
	_, err = reader.Kind(t.Context(), "", "Pod")
	require.ErrorContains(t, err, "the API server does not answer: "+server.URL+": dial tcp")
	require.True(t, cluster.IsFinal(err))
}
