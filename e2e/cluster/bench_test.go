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

// A sent request is what `make bench-cluster` measures: the creation of an object, or the change of one that exists.
type sent struct {
	name   string
	object *unstructured.Unstructured
	change func(object map[string]any) // what an UPDATE changes; nil creates the object
	warns  bool                        // whether winpolicy says something about it
}

// requests are those that clusters make all the time. The API server refuses the bad pod of `benched` before it asks
// Gatekeeper. So the bad pod here tells its OS only by the node selector.
func requests() []sent {
	all := []sent{}
	for _, tc := range benched {
		made := pod("web", tc.spec)
		if tc.name == badWindows {
			unstructured.RemoveNestedField(made.Object, "spec", "os")
		}
		all = append(all, sent{name: tc.name, object: made, warns: tc.name == badWindows})
	}
	deployment := func() *unstructured.Unstructured { return workload("Deployment", "web", windowsContainers, nil) }
	return append(all,
		sent{name: "Windows Deployment", object: deployment()},
		sent{name: "UPDATE that scales", object: deployment(), change: func(object map[string]any) {
			object["spec"].(map[string]any)["replicas"] = int64(2)
		}},
		sent{name: "UPDATE of an image", object: deployment(), change: func(object map[string]any) {
			spec := object["spec"].(map[string]any)["template"].(map[string]any)["spec"].(map[string]any)
			spec["containers"].([]any)[0].(map[string]any)["image"] = "registry.example.com/shop/web:1.5"
		}},
	)
}

// BenchmarkAdmission gives the figures of `make bench-cluster`: what Gatekeeper itself says that a request takes it, with
// nothing installed, with the five pod-security templates of its own benchmark, and with the rules as README installs them.
// In a burst requests wait for each other, so the duration is that of requests one by one. The processor time is that of a
// burst, and suffers least from what else the machine does. The five judge only pods, so workloads are compared with the
// clean Windows pod.
func BenchmarkAdmission(b *testing.B) {
	costs := map[string]map[string]cluster.Spent{}
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
			costs[installed.name] = map[string]cluster.Spent{}
			for _, request := range requests() {
				cost := costOf(b, c, gatekeeper, request, installed.name == "winpolicy")
				costs[installed.name][request.name] = cost
				b.Logf("%-30s %6.2f ms one by one, %6.2f ms of processor", request.name, cost.Seconds*1000, cost.CPU*1000)
			}
			b.ReportMetric(0, "ns/op")
		})
	}
	for _, request := range requests() {
		b.Run("winpolicy of pod-security/"+request.name, func(b *testing.B) {
			pod := request.name
			if request.object.GetKind() != "Pod" {
				pod = cleanWindows
			}
			ours, theirs := costs["winpolicy"][request.name], costs["pod-security"][pod]
			b.ReportMetric(ours.Seconds/theirs.Seconds, "of-psp")
			b.ReportMetric(ours.CPU/theirs.CPU, "cpu-of-psp")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// costOf gives what Gatekeeper spends on a request: the seconds from taking to answering it, one by one, and the seconds of
// processor, in a burst.
func costOf(b *testing.B, c *cluster.Cluster, gatekeeper *cluster.Gatekeeper, request sent, judged bool) cluster.Spent {
	b.Helper()
	burst(b, c, request, 100, 20, judged) // connections are made, and what is lazy is done
	single := measured(b, gatekeeper, func() { burst(b, c, request, 200, 1, judged) })
	cost := measured(b, gatekeeper, func() { burst(b, c, request, 1000, 20, judged) })
	return cluster.Spent{Requests: 1, Seconds: single.Seconds, CPU: cost.CPU}
}

// measured gives what one request costs on average.
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

// installPodSecurity installs the pod-security templates of Gatekeeper's own module, with their Constraints.
func installPodSecurity(t testing.TB, c *cluster.Cluster) {
	t.Helper()
	folder := cluster.Source(t, "gatekeeper") + "/pkg/webhook/testdata/psp-all-violations/"
	c.Kubectl(t, "apply", "--validate=false", "-f", folder+"psp-templates")
	c.Kubectl(t, "wait", "constrainttemplate", "--all", "--for=jsonpath={.status.created}=true", "--timeout=60s")
	c.Kubectl(t, "apply", "-f", folder+"psp-constraints")
	waitUntilEnforced(t, c)
}

// burst makes a request as a dry run, many times, from some clients at once. Where winpolicy judges, no request is refused,
// and winpolicy speaks only of a request that it warns about.
func burst(b *testing.B, c *cluster.Cluster, request sent, times, clients int, judged bool) {
	b.Helper()
	resource := c.Of(b, request.object)
	if request.change != nil {
		created, err := resource.Create(b.Context(), request.object, metav1.CreateOptions{})
		require.NoError(b, err)
		defer func() {
			require.NoError(b, resource.Delete(context.WithoutCancel(b.Context()), created.GetName(), metav1.DeleteOptions{}))
		}()
	}
	refusals := make([]error, times)
	warnings := cluster.Warned(b.Context(), func(ctx context.Context) {
		var work sync.WaitGroup
		for client := range clients {
			work.Go(func() {
				for i := client; i < times; i += clients {
					made := request.object.DeepCopy()
					if request.change != nil {
						request.change(made.Object)
						_, refusals[i] = resource.Update(ctx, made, metav1.UpdateOptions{DryRun: []string{metav1.DryRunAll}})
						continue
					}
					made.SetName(fmt.Sprintf("p-%d", i))
					_, refusals[i] = resource.Create(ctx, made, metav1.CreateOptions{DryRun: []string{metav1.DryRunAll}})
				}
			})
		}
		work.Wait()
	})
	if !judged {
		return
	}
	require.Equal(b, request.warns, len(said(b, warnings...)) > 0, warnings)
	for _, refusal := range refusals {
		require.NoError(b, refusal)
	}
}
