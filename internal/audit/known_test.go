package audit_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/audit"
	"winpolicy/internal/engine"
)

// The rules know what the cluster has, as they know the objects of a run of check.
func TestAudit_RulesKnowTheOtherObjects(t *testing.T) {
	labels := func(text string) string { return strings.Replace(text, "{", "{labels: {app: web}, ", 1) }
	service := "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}, internalTrafficPolicy: Local, ipFamilyPolicy: RequireDualStack, sessionAffinity: ClientIP, sessionAffinityConfig: {clientIP: {timeoutSeconds: 10}}}"
	class := pod(meta("a", "p"), placed(", runtimeClassName: missing"))
	t.Run("a Service of a Windows workload names the workload and not its pods", func(t *testing.T) {
		server, reader := serve(t, documents(service, workload("Deployment", meta("web", "d"), placed("")),
			workload("ReplicaSet", meta("web-1", "r", "Deployment", "web", "d"), placed("")), pod(labels(meta("web-1-a", "p", "ReplicaSet", "web-1", "r")), placed(""))))
		whole, err := run(t, reader, audit.Options{}, nil)
		require.NoError(t, err)
		found := 0
		for _, one := range whole.Violations {
			if one.Object.Kind == "Service" {
				found++
				require.NotContains(t, one.Message, "Pod ")
				require.NotContains(t, one.Message, "ReplicaSet ")
			}
		}
		require.Positive(t, found)
		require.NotContains(t, server.requests, "replicasets", "their metadata tells that the Deployment owns them")
		require.Equal(t, 1, strings.Count(strings.Join(server.requests, " ")+" ", "pods "), "the pods are read once: %v", server.requests)
	})
	t.Run("a RuntimeClass that the cluster does not have", func(t *testing.T) {
		_, reader := serve(t, class)
		whole, err := run(t, reader, audit.Options{}, nil)
		require.NoError(t, err)
		require.Contains(t, found(whole), "deny runtime-class-reference Pod shop/a")
	})
	t.Run("RuntimeClasses that cannot be listed", func(t *testing.T) {
		server, reader := serve(t, class)
		server.answer = func(w http.ResponseWriter, resource, _ string) bool {
			if resource == "runtimeclasses" {
				refuse(w, 403, "Forbidden", "")
			}
			return resource == "runtimeclasses"
		}
		whole, err := run(t, reader, audit.Options{}, nil)
		require.NoError(t, err)
		require.NotContains(t, found(whole), "deny runtime-class-reference Pod shop/a")
		require.Len(t, whole.Diagnostics, 2, "the kind, and that the class cannot be verified")
	})
	t.Run("nodes whose list breaks off", func(t *testing.T) {
		server, reader := serve(t, documents(class, "apiVersion: v1\nkind: Node\nmetadata: {name: one, labels: {kubernetes.io/os: linux}}"))
		server.answer = func(w http.ResponseWriter, resource, _ string) bool {
			if resource == "nodes" {
				w.Header().Set("Content-Length", "10000")
				fmt.Fprint(w, `{"items": [{"metadata": {"name": "one", "labels": {"kubernetes.io/os": "linux"}}}, `)
			}
			return resource == "nodes"
		}
		whole, err := run(t, reader, audit.Options{}, engine.Config{"rules": map[string]any{"windows-capacity": map[string]any{"enabled": true}}})
		require.NoError(t, err)
		require.NotContains(t, strings.Join(found(whole), "\n"), "windows-capacity", "nobody knows the other nodes")
	})
}
