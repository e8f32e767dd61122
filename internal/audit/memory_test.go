package audit_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/audit"
	"winpolicy/internal/report"
)

// Only a few objects are in memory at a time, and of what the rules know only the fields that they read.
func TestAudit_FiveThousandPodsNeedLittleMemory(t *testing.T) {
	const pods = 5000
	service := "apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop}\nspec: {selector: {app: web}}"
	server, reader := serve(t, documents(service, workload("Deployment", meta("web", "d"), placed(denied)), workload("ReplicaSet", meta("web-1", "r", "Deployment", "web", "d"), placed(denied))))
	for i := range pods {
		owner := []string{"ReplicaSet", "web-1", "r"}
		if i%100 == 0 {
			owner = nil
		}
		var object map[string]any
		require.NoError(t, yaml.Unmarshal([]byte(pod(meta(fmt.Sprintf("web-1-%04d", i), fmt.Sprint(i), owner...), placed(denied))), &object))
		object["metadata"].(map[string]any)["managedFields"] = filling
		server.add(object)
	}
	live := func() uint64 {
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before, most, parts := live(), uint64(0), 0
	total, err := judge(t, reader, audit.Options{}, nil, func(*report.Report) error {
		if parts++; parts%500 == 0 {
			most = max(most, live())
		}
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1+pods/100, total.Summary.Deny)
	require.Equal(t, 2+pods, total.Summary.Objects)
	require.Less(t, most-min(before, most), uint64(8<<20), "an object has 8 KiB, so 5,000 of them have 40 MiB")
	require.Equal(t, 20, strings.Count(strings.Join(server.requests, " "), "pods"), "ten pages of metadata, ten of pods")
}

// filling is as large as what else a pod of a cluster has. All pods share it in the stand-in.
var filling = []any{map[string]any{"fieldsV1": strings.Repeat("f", 8<<10)}}
