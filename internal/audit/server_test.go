package audit_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/cluster"
)

// standIn stands in for an API server: it serves objects page by page, and fails where a test says so. e2e/cluster audits a
// real one.
type standIn struct {
	objects  map[string][]map[string]any // by resource
	answer   func(w http.ResponseWriter, resource, token string) bool
	host     string
	lock     sync.Mutex
	requests []string // resource, page and m for metadata, in their order
}

// resources are the kinds that the stand-in serves, by the path of their group.
var resources = map[string][]cluster.Kind{
	"/api/v1": {
		{Kind: "Pod", Resource: "pods", Namespaced: true}, {Kind: "Service", Resource: "services", Namespaced: true},
		{Kind: "Node", Resource: "nodes"}, {Kind: "PersistentVolume", Resource: "persistentvolumes"},
		{Kind: "PersistentVolumeClaim", Resource: "persistentvolumeclaims", Namespaced: true},
	},
	"/apis/apps/v1": {
		{Kind: "Deployment", Resource: "deployments", Namespaced: true}, {Kind: "ReplicaSet", Resource: "replicasets", Namespaced: true},
		{Kind: "DaemonSet", Resource: "daemonsets", Namespaced: true}, {Kind: "StatefulSet", Resource: "statefulsets", Namespaced: true},
	},
	"/apis/batch/v1":          {{Kind: "Job", Resource: "jobs", Namespaced: true}, {Kind: "CronJob", Resource: "cronjobs", Namespaced: true}},
	"/apis/node.k8s.io/v1":    {{Kind: "RuntimeClass", Resource: "runtimeclasses"}},
	"/apis/storage.k8s.io/v1": {{Kind: "StorageClass", Resource: "storageclasses"}},
}

// serve starts a stand-in with the objects of YAML documents, and returns a reader of it.
func serve(t *testing.T, documents string) (*standIn, *cluster.Reader) {
	t.Helper()
	made := &standIn{objects: map[string][]map[string]any{}}
	for text := range strings.SplitSeq(documents, "\n---\n") {
		var object map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(text), &object))
		made.add(object)
	}
	server := httptest.NewServer(made)
	t.Cleanup(server.Close)
	made.host = server.URL
	reader, err := cluster.New(&rest.Config{Host: server.URL}, "shop")
	require.NoError(t, err)
	return made, reader
}

func (s *standIn) add(object map[string]any) {
	for _, kinds := range resources {
		for _, kind := range kinds {
			if kind.Kind == object["kind"] {
				s.objects[kind.Resource] = append(s.objects[kind.Resource], object)
			}
		}
	}
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	path := strings.Trim(r.URL.Path, "/")
	for version, kinds := range resources {
		group := strings.TrimPrefix(strings.TrimSuffix(version, "/v1"), "/")
		switch {
		case "/"+path == version:
			s.discover(w, version, kinds)
			return
		case path == group && group != "api":
			fmt.Fprintf(w, `{"preferredVersion": {"groupVersion": "%s/v1"}}`, strings.TrimPrefix(group, "apis/"))
			return
		}
		for _, kind := range kinds {
			rest, ok := strings.CutSuffix("/"+path, "/"+kind.Resource)
			namespace, inNamespace := strings.CutPrefix(rest, version+"/namespaces/")
			if ok && (inNamespace || rest == version) {
				s.list(w, r, kind.Resource, namespace, inNamespace)
				return
			}
		}
	}
	refuse(w, 404, "NotFound", "")
}

func (s *standIn) discover(w http.ResponseWriter, version string, kinds []cluster.Kind) {
	var all []map[string]any
	for _, one := range kinds {
		all = append(all, map[string]any{"name": one.Resource, "kind": one.Kind, "namespaced": one.Namespaced, "verbs": []string{"list"}})
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"groupVersion": strings.TrimPrefix(strings.TrimPrefix(version, "/apis/"), "/api/"), "resources": all})
}

// list answers with a page. The token of the next one is the number of its first object.
func (s *standIn) list(w http.ResponseWriter, r *http.Request, resource, namespace string, inNamespace bool) {
	token, mark := r.URL.Query().Get("continue"), ""
	if strings.Contains(r.Header.Get("Accept"), "PartialObjectMetadataList") {
		mark = "m"
	}
	s.lock.Lock()
	s.requests = append(s.requests, resource+token+mark)
	s.lock.Unlock()
	if s.answer != nil && s.answer(w, resource, token) {
		return
	}
	all := s.objects[resource]
	if inNamespace {
		all = slices.DeleteFunc(slices.Clone(all), func(one map[string]any) bool { return one["metadata"].(map[string]any)["namespace"] != namespace })
	}
	if selector := r.URL.Query().Get("labelSelector"); selector != "" {
		key, value, _ := strings.Cut(selector, "=")
		all = slices.DeleteFunc(slices.Clone(all), func(one map[string]any) bool {
			labels, _ := one["metadata"].(map[string]any)["labels"].(map[string]any)
			return labels[key] != value
		})
	}
	from, _ := strconv.Atoi(token)
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	to, next := min(len(all), from+limit), ""
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	fmt.Fprintf(w, `{"kind": "List", "metadata": {"continue": %q}, "items": [`, next)
	for i, object := range all[from:to] {
		if i > 0 {
			fmt.Fprint(w, ",")
		}
		if mark != "" {
			object = map[string]any{"kind": "PartialObjectMetadata", "metadata": object["metadata"]}
		}
		_ = json.NewEncoder(w).Encode(object)
	}
	fmt.Fprint(w, "]}")
}

func refuse(w http.ResponseWriter, code int, reason, token string) {
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(map[string]any{
		"kind": "Status", "apiVersion": "v1", "metadata": map[string]any{"continue": token}, "status": "Failure", "code": code, "reason": reason, "message": reason + " by the stand-in",
	})
}
