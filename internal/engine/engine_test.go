package engine_test

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

func newEngine(t testing.TB) *engine.Engine {
	t.Helper()
	all, err := rego.Load(policies.FS, bundle.FS)
	require.NoError(t, err)
	made, err := topdown.New(t.Context(), all, engine.Data{}, time.Time{})
	require.NoError(t, err)
	return made
}

func decoded(t testing.TB, text string) any {
	t.Helper()
	var value any
	require.NoError(t, json.Unmarshal([]byte(text), &value))
	return value
}

const (
	configMap = `{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "web"}, "data": {"a": "b"}}`
	linuxPod  = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {
		"containers": [{"name": "web", "image": "nginx:1.27", "securityContext": {"runAsNonRoot": true, "allowPrivilegeEscalation": false, "capabilities": {"drop": ["ALL"]}}},
			{"name": "sidecar", "image": "busybox:1.36"}]}}`
	cleanPod = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {
		"os": {"name": "windows"}, "nodeSelector": {"kubernetes.io/os": "windows"},
		"securityContext": {"runAsNonRoot": true, "windowsOptions": {"runAsUserName": "ContainerUser"}},
		"containers": [
			{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022", "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}},
			{"name": "sidecar", "image": "mcr.microsoft.com/windows/nanoserver:ltsc2022", "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}}}]}}`
	badPod = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web"}, "spec": {
		"os": {"name": "windows"}, "hostPID": true, "securityContext": {"runAsUser": 1000, "fsGroup": 1},
		"containers": [{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022", "securityContext": {"privileged": true}}]}}`
)

// related are a Service with an option that Windows limits, and a workload for Windows that it selects.
const (
	limitedService = `{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"}, "spec": {
		"selector": {"app": "web"}, "sessionAffinity": "ClientIP"}}`
	selectedPod = `{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web"}}, "spec": {
		"os": {"name": "windows"}}}`
)

func TestJudge_KnowsWhatIsRelatedToTheObjectAlone(t *testing.T) {
	workload, err := ast.InterfaceToValue(decoded(t, selectedPod))
	require.NoError(t, err)
	known := engine.Data{Run: engine.Run{"Node": {map[string]any{"kind": "Node"}}}, Related: func(input ast.Value) engine.Run {
		if name, err := input.Find(ast.MustParseRef("input.metadata.name")[1:]); err != nil || name.Compare(ast.String("web")) != 0 {
			return nil
		}
		return engine.Run{"Pod": {workload}}
	}}
	alone := decoded(t, strings.Replace(limitedService, `"web", "namespace"`, `"alone", "namespace"`, 1))
	for evaluator, rules := range evaluators(t) {
		t.Run(evaluator, func(t *testing.T) {
			made, err := engine.Prepare(t.Context(), rules, known, time.Time{})
			require.NoError(t, err)
			var all sync.WaitGroup
			for range 8 {
				all.Go(func() {
					verdict, err := made.Judge(t.Context(), decoded(t, limitedService))
					assert.NoError(t, err)
					assert.Len(t, verdict.Findings, 1)
					verdict, err = made.Judge(t.Context(), alone)
					assert.NoError(t, err)
					assert.Empty(t, verdict.Findings)
				})
			}
			all.Wait()
		})
	}
}

// evaluators are the rules of this program for each evaluator.
func evaluators(t *testing.T) map[string]engine.Rules {
	t.Helper()
	all, err := rego.Load(policies.FS, bundle.FS)
	require.NoError(t, err)
	compiler, err := rego.Compile(all)
	require.NoError(t, err)
	planned, err := compiled.Plan()
	require.NoError(t, err)
	return map[string]engine.Rules{"topdown": topdown.Rules(compiler), "plan": engine.Planned(planned)}
}

func BenchmarkJudge(b *testing.B) {
	planned, err := compiled.Plan()
	require.NoError(b, err)
	fast, err := engine.Prepare(b.Context(), engine.Planned(planned), engine.Data{}, time.Time{})
	require.NoError(b, err)
	for evaluator, made := range map[string]*engine.Engine{"topdown": newEngine(b), "plan": fast} {
		for name, text := range map[string]string{
			"ConfigMap": configMap, "Linux pod": linuxPod, "clean Windows pod": cleanPod, "bad Windows pod": badPod,
		} {
			b.Run(name+" by "+evaluator, func(b *testing.B) {
				input, err := ast.InterfaceToValue(decoded(b, text))
				require.NoError(b, err)
				b.ReportAllocs()
				for b.Loop() {
					if _, err := made.Judge(b.Context(), input); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newEngine(b)
	}
}
