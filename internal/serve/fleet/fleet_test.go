package fleet_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/fleet"
)

// report is what OPA's status plugin sends, with some of its metrics.
func report(id, revision, code string) []byte {
	text, err := json.Marshal(map[string]any{
		"labels": map[string]any{"id": id, "version": "1.22.4", "fleet": "east"},
		"bundles": map[string]any{"windows": map[string]any{
			"name": "windows", "active_revision": revision, "last_successful_activation": "2000-01-01T00:00:00.123Z", "type": "snapshot",
			"code": code, "message": strings.Repeat("it failed", min(len(code), 1)), "size": 123456,
			"metrics": map[string]any{"timer_bundle_request_ns": 1},
		}},
		"plugins": map[string]any{"bundle": map[string]any{"state": "OK"}},
		"metrics": map[string]any{"prometheus": map[string]any{"go_gc_duration_seconds": map[string]any{"metric": []any{1, 2, 3}}}},
	})
	if err != nil {
		panic(err)
	}
	return text
}

func TestReceive_LastReportOfAnAgentCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		agents := fleet.New()
		require.NoError(t, agents.Receive("east", report("a", "1", "")))
		require.NoError(t, agents.Receive("west", report("a", "2", "bundle_error")))
		time.Sleep(time.Minute)
		require.NoError(t, agents.Receive("east", report("a", "2", "")))
		view := agents.View("2")
		require.Equal(t, []fleet.Revision{{Revision: "2", Agents: 2}}, view.Revisions)
		require.Equal(t, []int{2, 2, 1, 0}, []int{view.Total, view.Current, view.Failing, view.Silent})
		require.Equal(t, []string{"east active", "west failing"}, states(view), "two credentials never share an agent")
		require.Equal(t, fleet.Agent{
			ID: "a", Client: "west", Version: "1.22.4", Labels: map[string]string{"fleet": "east"}, Seen: time.Now().UTC().Add(-time.Minute),
			Bundles: []fleet.Bundle{{Name: "windows", Revision: "2", Activated: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), Code: "bundle_error", Message: "it failed"}},
		}, *view.Agents[1].Agent)
		time.Sleep(5*time.Minute - 30*time.Second)
		require.Equal(t, []string{"east active", "west silent"}, states(agents.View("2")))
		time.Sleep(time.Minute)
		require.Equal(t, 2, agents.View("1").Silent)
		time.Sleep(24 * time.Hour)
		require.NoError(t, agents.Receive("east", report("b", "", "")))
		require.Equal(t, []fleet.Revision{{Agents: 1}}, agents.View("2").Revisions, "who is silent for a day is forgotten")
	})
}

func states(view fleet.View) []string {
	var all []string
	for _, one := range view.Agents {
		all = append(all, one.Client+" "+string(one.State))
	}
	return all
}

func TestReceive_BadReportKeepsNothing(t *testing.T) {
	for text, want := range map[string]string{
		"":                             "not a status report of OPA",
		"[]":                           "not a status report of OPA",
		`{"labels": 1}`:                "not a status report of OPA",
		`{"labels": {"id": 1}}`:        "not a status report of OPA",
		`{"labels": {}}`:               "the report has no label id",
		`null`:                         "the report has no label id",
		`{"labels": {"id": "a"}} more`: "not a status report of OPA",
		`{"labels": {"id": "a"}, "bundles": {"<b>": {"last_successful_activation": "2999-01-01T00:00:00Z"}}}`: `the bundle "<b>" was activated in the future`,
		`{"labels": {"id": "a"}, "bundles": {"b": {"last_successful_activation": "soon"}}}`:                   "not a status report of OPA",
	} {
		agents := fleet.New()
		require.ErrorContains(t, agents.Receive("", []byte(text)), want, text)
		require.Zero(t, agents.View("").Total)
	}
}

// What an agent sends is cut, however much it is and whatever it holds.
func TestReceive_KeepsAtMost4kBOfAnAgent(t *testing.T) {
	labels, bundles := map[string]string{"id": strings.Repeat("é", 500)}, map[string]any{}
	for i := range 40 {
		text := fmt.Sprintf("%04d<script>%s", i, strings.Repeat("x", 300))
		labels[text] = text
		bundles[text] = map[string]any{"active_revision": text, "code": text, "message": text, "errors": []any{map[string]string{"message": text}}}
	}
	const number = 2000
	agents := fleet.New()
	before := heap()
	for i := range number {
		labels["id"] = fmt.Sprintf("%d%s", i, strings.Repeat("é", 500))
		body, err := json.Marshal(map[string]any{"labels": labels, "bundles": bundles})
		require.NoError(t, err)
		require.NoError(t, agents.Receive("a", body))
	}
	require.LessOrEqual(t, (heap()-before)/number, 4096)
	view := agents.View("")
	require.Equal(t, number, view.Total)
	require.LessOrEqual(t, len(view.Agents[0].ID), 256)
	require.True(t, strings.HasSuffix(view.Agents[0].ID, "é"))
}

func heap() int {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int(stats.HeapAlloc)
}

func TestReceive_OldestAgentIsForgotten(t *testing.T) {
	agents := fleet.New()
	for i := range 20_001 {
		require.NoError(t, agents.Receive("", []byte(fmt.Sprintf(`{"labels": {"id": "%d"}}`, i))))
	}
	view := agents.View("")
	require.Equal(t, 20_000, view.Total)
	require.Equal(t, "1", view.Agents[0].ID)
}

func TestMetrics_CountByRevisionAndState(t *testing.T) {
	agents := fleet.New()
	for id, one := range map[string][2]string{"a": {"2", ""}, "b": {"2", "bundle_error"}, "c": {"1", ""}, "d": {"", "bundle_error"}} {
		require.NoError(t, agents.Receive("", report(id, one[0], one[1])))
	}
	registry := prometheus.NewRegistry()
	registry.MustRegister(agents.Metrics(func() string { return "2" }))
	families, err := registry.Gather()
	require.NoError(t, err)
	require.Len(t, families, 1)
	require.Len(t, families[0].Metric, 9)
	counted := map[string]float64{}
	for _, one := range families[0].Metric {
		if number := one.GetGauge().GetValue(); number > 0 {
			counted[one.Label[0].GetValue()+" "+one.Label[1].GetValue()] = number
		}
	}
	require.Equal(t, map[string]float64{"current active": 1, "current failing": 1, "other active": 1, "none failing": 1}, counted)
}

func FuzzReceive(f *testing.F) {
	f.Add(report("a", "1", "bundle_error"))
	f.Add([]byte(`{"labels": {"id": "a"}, "discovery": {"errors": [1, {"message": "x"}]}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		agents := fleet.New()
		if agents.Receive("", body) == nil {
			text, err := json.Marshal(agents.View("1"))
			require.NoError(t, err)
			require.Less(t, len(text), 20_000)
		}
	})
}

func BenchmarkReceive(b *testing.B) {
	filler := strings.Repeat(`{"metric": [1.5, "go_gc_duration_seconds", {"quantile": 0.25, "value": 3.14e-05}]},`, 750)
	body := []byte(strings.Replace(string(report("a", "1", "")), `{"metric":[1,2,3]}`, "["+strings.TrimSuffix(filler, ",")+"]", 1))
	agents := fleet.New()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := agents.Receive("", body); err != nil {
			b.Fatal(err)
		}
	}
}
