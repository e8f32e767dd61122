package cluster_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"winpolicy/e2e/cluster"
)

// The figures of `make bench-cluster`: what Gatekeeper itself says that a request takes it, with nothing installed, with its
// own module's five pod-security templates, and with the rules as README installs them. All pods are well, so that every
// rule is asked and none speaks. In a burst requests wait for each other, so the same is measured one by one; the seconds of
// processor are those of the burst, and suffer least from what else the machine does.
func BenchmarkAdmission(b *testing.B) {
	costs := map[string]cluster.Spent{}
	for _, installed := range []struct {
		name string
		make func(testing.TB, *cluster.Cluster)
	}{
		{"nothing", func(testing.TB, *cluster.Cluster) {}},
		{"pod-security", installPodSecurity},
		{"winpolicy", install},
	} {
		b.Run(installed.name, func(b *testing.B) {
			c := cluster.Start(b)
			gatekeeper := c.StartGatekeeper(b)
			installed.make(b, c)
			for name, spec := range map[string]string{"linux": restrictedLinux, "windows": restrictedWindows} {
				burst(b, c, spec, 100, 20) // connections are made, and what is lazy is done
				single := measured(b, gatekeeper, func() { burst(b, c, spec, 200, 1) })
				cost := measured(b, gatekeeper, func() { burst(b, c, spec, 1000, 20) })
				costs[installed.name+" "+name] = cluster.Spent{Seconds: single.Seconds, CPU: cost.CPU}
				b.ReportMetric(single.Seconds*1000, name+"-ms")
				b.ReportMetric(cost.Seconds*1000, name+"-burst-ms")
				b.ReportMetric(cost.CPU*1000, name+"-cpu-ms")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
	b.Run("winpolicy of pod-security", func(b *testing.B) {
		for _, name := range []string{"linux", "windows"} {
			ours, theirs := costs["winpolicy "+name], costs["pod-security "+name]
			b.ReportMetric(ours.Seconds/theirs.Seconds, name)
			b.ReportMetric(ours.CPU/theirs.CPU, name+"-cpu")
		}
		b.ReportMetric(0, "ns/op")
	})
}

// measured gives what one request has cost, on average, as often as the benchmark asks for.
func measured(b *testing.B, gatekeeper *cluster.Gatekeeper, requests func()) cluster.Spent {
	b.Helper()
	before := gatekeeper.Spent(b)
	for range b.N {
		requests()
	}
	cost := gatekeeper.Spent(b).Since(before)
	require.Positive(b, cost.Requests)
	return cluster.Spent{Requests: 1, Seconds: cost.Seconds / cost.Requests, CPU: cost.CPU / cost.Requests}
}

// installPodSecurity installs the pod-security templates that Gatekeeper's own module carries, with their Constraints.
func installPodSecurity(t testing.TB, c *cluster.Cluster) {
	t.Helper()
	folder := cluster.Source(t, "gatekeeper") + "/pkg/webhook/testdata/psp-all-violations/"
	c.Kubectl(t, "apply", "--validate=false", "-f", folder+"psp-templates")
	c.Kubectl(t, "wait", "constrainttemplate", "--all", "--for=jsonpath={.status.created}=true", "--timeout=60s")
	c.Kubectl(t, "apply", "-f", folder+"psp-constraints")
	waitUntilEnforced(t, c)
}

// burst creates pods, as a dry run, from some clients at once. Nothing is said of any.
func burst(t testing.TB, c *cluster.Cluster, spec string, pods, clients int) {
	t.Helper()
	made := make([]*unstructured.Unstructured, pods)
	for i := range made {
		made[i] = pod(fmt.Sprintf("p-%d", i), spec)
	}
	resource := c.Of(t, made[0])
	refusals := make([]error, pods)
	warnings := cluster.Warned(t.Context(), func(ctx context.Context) {
		var work sync.WaitGroup
		for client := range clients {
			work.Go(func() {
				for i := client; i < pods; i += clients {
					_, refusals[i] = resource.Create(ctx, made[i], metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
				}
			})
		}
		work.Wait()
	})
	require.Empty(t, said(t, warnings...))
	for _, refusal := range refusals {
		require.NoError(t, refusal)
	}
}
