package audit_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/client-go/rest"

	"winpolicy/internal/audit"
	"winpolicy/internal/cluster"
)

func TestAudit_TellsWhatCannotBeReadAndJudgesTheRest(t *testing.T) {
	objects := documents(workload("Deployment", meta("web", "d"), placed(denied)), pod(meta("a", "p"), placed(denied)), pod(meta("b", "q"), placed(denied)))
	deployment, first := "deny host-namespaces Deployment shop/web", "deny host-namespaces Pod shop/a"
	forbid := func(w http.ResponseWriter, _, _ string) bool {
		refuse(w, 403, "Forbidden", "")
		return true
	}
	half := func(body string) func(http.ResponseWriter, string, string) bool {
		return func(w http.ResponseWriter, resource, token string) bool {
			if resource != "pods" || token != "1" {
				return false
			}
			w.Header().Set("Content-Length", "1000000")
			fmt.Fprint(w, body)
			return true
		}
	}
	for name, tc := range map[string]struct {
		answer      func(w http.ResponseWriter, resource, token string) bool
		want        []string
		failure     string // "" if there is none
		diagnostics int
	}{
		"nothing fails":      {nil, []string{deployment, first, "deny host-namespaces Pod shop/b"}, "", 0},
		"all is forbidden":   {forbid, nil, "the user may list nothing that a rule judges", 13},
		"a page breaks off":  {half(`{"items": [{"metadata": {"na`), []string{deployment, first}, "list pods: the answer of the API server ends too early: unexpected EOF", 0},
		"a page is not JSON": {half(`{"items": [}`), []string{deployment, first}, "list pods: the answer of the API server is not valid JSON", 0},
		"the list expires": {func(w http.ResponseWriter, resource, token string) bool {
			if resource != "pods" || token != "1" {
				return false
			}
			refuse(w, 410, "Expired", "01")
			return true
		}, []string{deployment, first, "deny host-namespaces Pod shop/b"}, "", 0},
		"the user is not known any more": {func(w http.ResponseWriter, resource, token string) bool {
			if resource != "pods" || token != "1" {
				return false
			}
			refuse(w, 401, "Unauthorized", "")
			return true
		}, []string{deployment, first}, "does not know the user", 0},
		"the server fails": {func(w http.ResponseWriter, resource, _ string) bool {
			if resource != "pods" {
				return false
			}
			refuse(w, 500, "InternalError", "")
			return true
		}, []string{deployment}, "list pods: InternalError by the stand-in", 0},
	} {
		t.Run(name, func(t *testing.T) {
			server, reader := serve(t, objects)
			server.answer = tc.answer
			whole, err := run(t, reader, audit.Options{PageSize: 1}, nil)
			require.NoError(t, err)
			require.Equal(t, tc.want, found(whole))
			require.Len(t, whole.Diagnostics, tc.diagnostics)
			if tc.failure == "" {
				require.Empty(t, whole.Errors)
				return
			}
			require.Len(t, whole.Errors, 1)
			require.Contains(t, whole.Errors[0].Message, tc.failure)
		})
	}
}

func TestAudit_ServerThatIsAway(t *testing.T) {
	reader, err := cluster.New(&rest.Config{Host: "http://127.0.0.1:1"}, "shop")
	require.NoError(t, err)
	whole, err := run(t, reader, audit.Options{}, nil)
	require.NoError(t, err)
	require.Len(t, whole.Errors, 1)
	require.Contains(t, whole.Errors[0].Message, "the API server does not answer: http://127.0.0.1:1")
}

// A rule about nodes has nothing to judge in one namespace. The user's rights are not the reason.
func TestAudit_NamespaceWithoutKindsOfTheRuleHasNoObject(t *testing.T) {
	_, reader := serve(t, documents(pod(meta("a", "p"), placed(denied))))
	whole, err := run(t, reader, audit.Options{Namespace: "shop", Chosen: func(rule string) bool { return rule == "node-taint" }}, nil)
	require.ErrorContains(t, err, "no Kubernetes object found in the namespace shop")
	require.Empty(t, whole.Errors)
}
