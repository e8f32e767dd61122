package audit_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/audit"
	"winpolicy/internal/check"
	"winpolicy/internal/cluster"
	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/report"
)

// run audits a cluster with the rules of the program.
func run(t *testing.T, reader *cluster.Reader, options audit.Options, config engine.Config) (*report.Report, error) {
	t.Helper()
	whole := report.New()
	_, err := judge(t, reader, options, config, func(part *report.Report) error {
		whole.Append(part)
		return nil
	})
	return whole, err
}

func judge(t *testing.T, reader *cluster.Reader, options audit.Options, config engine.Config, write func(*report.Report) error) (report.Total, error) {
	t.Helper()
	facts, err := compiled.Read()
	require.NoError(t, err)
	plan, err := compiled.Plan()
	require.NoError(t, err)
	made := audit.New(reader, options)
	made.WithIgnores(check.NewIgnores(facts.Rules, time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC)))
	rules, err := engine.Prepare(t.Context(), engine.Planned(plan), made.Known(t.Context(), config, facts.Rules), time.Time{})
	require.NoError(t, err)
	return made.Judge(t.Context(), rules, write)
}

// found lists findings as "severity rule Kind namespace/name", in order.
func found(whole *report.Report) []string {
	var all []string
	for _, one := range whole.Violations {
		all = append(all, fmt.Sprintf("%s %s %s", one.Severity, one.Rule, one.Object))
	}
	slices.Sort(all)
	return all
}

// meta is the metadata of an object with a UID; by is the kind, the name and the UID of its controller.
func meta(name, uid string, by ...string) string {
	text := "{name: " + name + ", namespace: shop, uid: " + uid
	if len(by) > 0 {
		version := "apps/v1"
		if by[0] == "Node" {
			version = "v1"
		}
		text += ", ownerReferences: [{apiVersion: " + version + ", kind: " + by[0] + ", name: " + by[1] + ", uid: " + by[2] + ", controller: true}]"
	}
	return text + "}"
}

// placed is the spec of a Windows pod without a finding of deny or warn, with more fields at its end.
func placed(more string) string {
	return `{os: {name: windows}, nodeSelector: {kubernetes.io/os: windows}, tolerations: [{operator: Exists}], containers: [
		{name: app, image: mcr.microsoft.com/windows/servercore:ltsc2022, resources: {requests: {cpu: 1, memory: 1Gi}, limits: {cpu: 1, memory: 1Gi}}}]` + more + "}"
}

func pod(metadata, spec string) string {
	return "apiVersion: v1\nkind: Pod\nmetadata: " + metadata + "\nspec: " + spec
}

func workload(kind, metadata, spec string) string {
	return "apiVersion: apps/v1\nkind: " + kind + "\nmetadata: " + metadata + "\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: " + spec + "}}"
}

const denied, warned = ", hostPID: true", ", hostNetwork: true"

func documents(all ...string) string { return strings.Join(all, "\n---\n") }

func TestAudit_ReportsAControllerAndNotWhatItMade(t *testing.T) {
	deployment := workload("Deployment", meta("web", "d"), placed(denied))
	set := workload("ReplicaSet", meta("web-1", "r", "Deployment", "web", "d"), placed(denied))
	made := pod(meta("web-1-a", "p", "ReplicaSet", "web-1", "r"), placed(denied))
	for name, tc := range map[string]struct {
		objects string
		forbid  []string
		want    []string
	}{
		"a Deployment and what comes from it": {documents(deployment, set, made), nil, []string{"deny host-namespaces Deployment shop/web"}},
		"the ReplicaSets cannot be listed": {documents(deployment, set, made), []string{"replicasets"}, []string{
			"deny host-namespaces Deployment shop/web", "deny host-namespaces Pod shop/web-1-a",
		}},
		"only pods can be listed":               {documents(deployment, set, made), []string{"deployments", "replicasets"}, []string{"deny host-namespaces Pod shop/web-1-a"}},
		"only ReplicaSets and pods":             {documents(deployment, set, made), []string{"deployments"}, []string{"deny host-namespaces ReplicaSet shop/web-1"}},
		"a ReplicaSet that lost its Deployment": {documents(set, made), nil, []string{"deny host-namespaces ReplicaSet shop/web-1"}},
		"two pods of a DaemonSet": {documents(workload("DaemonSet", meta("agent", "s"), placed(denied)),
			pod(meta("agent-a", "p", "DaemonSet", "agent", "s"), placed(denied)), pod(meta("agent-b", "q", "DaemonSet", "agent", "s"), placed(denied)),
		), nil, []string{"deny host-namespaces DaemonSet shop/agent"}},
		"a webhook changed both pods of a DaemonSet": {documents(workload("DaemonSet", meta("agent", "s"), placed("")),
			pod(meta("agent-a", "p", "DaemonSet", "agent", "s"), placed(denied)), pod(meta("agent-b", "q", "DaemonSet", "agent", "s"), placed(denied)),
		), nil, []string{"deny host-namespaces Pod shop/agent-a"}},
		"a reference to the name of another object": {documents(deployment, pod(meta("bad", "p", "Deployment", "web", "x"), placed(denied))), nil, []string{
			"deny host-namespaces Deployment shop/web", "deny host-namespaces Pod shop/bad",
		}},
		"a pod of a node": {documents("apiVersion: v1\nkind: Node\nmetadata: {name: one, uid: n, labels: {kubernetes.io/os: linux, kubernetes.io/arch: amd64}}",
			pod(meta("proxy", "p", "Node", "one", "n"), placed(denied))), nil, []string{"deny host-namespaces Pod shop/proxy"}},
		"a warning about a pod whose controller is not listed": {documents(deployment, set, pod(meta("web-1-a", "p", "ReplicaSet", "web-1", "r"), placed(warned))),
			[]string{"deployments", "replicasets"}, []string{"warn host-network Pod shop/web-1-a"}},
	} {
		t.Run(name, func(t *testing.T) {
			server, reader := serve(t, tc.objects)
			server.answer = func(w http.ResponseWriter, resource, _ string) bool {
				if slices.Contains(tc.forbid, resource) {
					refuse(w, 403, "Forbidden", "")
					return true
				}
				return false
			}
			whole, err := run(t, reader, audit.Options{}, nil)
			require.NoError(t, err)
			require.Empty(t, whole.Errors)
			require.Equal(t, tc.want, slices.DeleteFunc(found(whole), func(one string) bool { return strings.HasPrefix(one, "note") }))
			require.Equal(t, len(tc.forbid), len(whole.Diagnostics), whole.Diagnostics)
		})
	}
}

func TestAudit_JudgesTheObjectsThatTheOptionsChoose(t *testing.T) {
	labelled := strings.Replace(meta("a", "p"), "{", "{labels: {app: web}, ", 1)
	elsewhere := strings.ReplaceAll(meta("c", "s"), "shop", "other")
	objects := documents(pod(labelled, placed(denied)), pod(meta("b", "q"), placed(denied)), pod(elsewhere, placed(denied)),
		"apiVersion: v1\nkind: Node\nmetadata: {name: one, labels: {kubernetes.io/os: windows}}")
	a, b, c, node := "deny host-namespaces Pod shop/a", "deny host-namespaces Pod shop/b", "deny host-namespaces Pod other/c", "warn node-label Node one"
	for name, tc := range map[string]struct {
		options audit.Options
		want    []string
	}{
		"all":                        {audit.Options{}, []string{c, a, b, node}},
		"a namespace":                {audit.Options{Namespace: "shop"}, []string{a, b}},
		"a selector":                 {audit.Options{Selector: "app=web"}, []string{a}},
		"a rule about nodes":         {audit.Options{Chosen: func(rule string) bool { return rule == "node-label" }}, []string{node}},
		"a namespace without object": {audit.Options{Namespace: "typo"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			server, reader := serve(t, objects)
			whole, err := run(t, reader, tc.options, nil)
			if tc.want == nil {
				require.ErrorIs(t, err, check.ErrNoObject)
				require.ErrorContains(t, err, "in the namespace typo; check --namespace")
				return
			}
			require.NoError(t, err)
			for _, one := range tc.want {
				require.Contains(t, found(whole), one)
			}
			for _, one := range found(whole) {
				require.True(t, slices.Contains(tc.want, one) || strings.HasSuffix(one, "Node one") && slices.Contains(tc.want, node), one)
			}
			if tc.options.Chosen != nil {
				require.NotContains(t, server.requests, "pods", "no rule about pods is chosen")
			}
		})
	}
}

func TestAudit_HonoursTheAnnotationOfAnObject(t *testing.T) {
	annotated := func(text string) string {
		return strings.Replace(meta("a", "p"), "{", `{annotations: {winpolicy/ignore: "`+text+`"}, `, 1)
	}
	for name, tc := range map[string]struct {
		annotation string
		deny       int
		diagnostic string
	}{
		"an ignore":        {"host-namespaces: it is old", 0, "Pod shop/a: host-namespaces is ignored here, but the API server rejects the object all the same"},
		"no reason":        {"host-namespaces", 1, "Pod shop/a: winpolicy:ignore \"host-namespaces\" has no rule or no reason"},
		"nothing to cover": {"dns-policy: it is old", 1, "Pod shop/a: the ignore of dns-policy matches no finding; remove it"},
		"an expired one":   {"host-namespaces until 2026-01-01: it is old", 1, "Pod shop/a: the ignore of host-namespaces expired on 2026-01-01"},
	} {
		t.Run(name, func(t *testing.T) {
			_, reader := serve(t, pod(annotated(tc.annotation), placed(denied)))
			whole, err := run(t, reader, audit.Options{}, nil)
			require.NoError(t, err)
			require.Equal(t, tc.deny, whole.Summary.Deny)
			require.Len(t, whole.Diagnostics, 1)
			require.Contains(t, whole.Diagnostics[0].Message, tc.diagnostic)
			require.Empty(t, whole.Errors)
		})
	}
}
