package e2e

import (
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// `make bench-server` runs these benchmarks for docs/decisions/net-http.md. nginx, from the PATH, serves the same file in the
// same run.

// requests is the number of requests in a round. There are several rounds.
const requests, rounds = 50_000, 6

func BenchmarkServerCPUAgainstNginx(b *testing.B) {
	server := startBenchServer(b)
	body := []byte(get(b, server.url+"/bundles/windows.tar.gz"))
	nginx := startBenchNginx(b, body)
	for _, tc := range []struct {
		name   string
		status int
	}{{"304", http.StatusNotModified}, {fmt.Sprintf("200 of %d bytes", len(body)), http.StatusOK}} {
		b.Run(tc.name, func(b *testing.B) {
			// The servers take turns, so that other load on the machine affects both.
			var own, other float64
			for range b.N {
				for range rounds {
					own += spent(b, server.address(), tc.status, server.command.Process.Pid)
					other += spent(b, nginx.address, tc.status, nginx.processes(b)...)
				}
			}
			sent := float64(b.N * rounds * requests)
			b.ReportMetric(own/sent*100_000, "cpu-s/100k")
			b.ReportMetric(other/sent*100_000, "nginx-cpu-s/100k")
			b.ReportMetric(own/other, "of-nginx")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// spent returns the processor time for a round, in seconds, over 32 connections.
func spent(b *testing.B, address string, status int, processes ...int) float64 {
	b.Helper()
	const connections = 32
	clients := newFleet(b, address, connections, nil)
	before := cpu(b, processes...)
	each(b, connections, func(i int) error {
		for range requests / connections {
			if status == http.StatusOK {
				clients[i].etag = ""
			}
			got, err := clients[i].poll(0)
			if err != nil {
				return err
			}
			if got != status {
				return fmt.Errorf("answered %d", got)
			}
		}
		return nil
	})
	return cpu(b, processes...) - before
}

func BenchmarkServerHeldPolls(b *testing.B) {
	b.Run("plain", func(b *testing.B) { benchmarkHeldPolls(b, nil) })
	b.Run("TLS", func(b *testing.B) {
		authority := newAuthority(b)
		benchmarkHeldPolls(b, &tls.Config{InsecureSkipVerify: true}, // the certificate does not matter here
			"--tls-cert", authority.file("server.pem"), "--tls-key", authority.file("server.key"))
	})
}

func benchmarkHeldPolls(b *testing.B, secure *tls.Config, args ...string) {
	b.Helper()
	const size = 10_000
	config := filepath.Join(b.TempDir(), "winpolicy.yaml")
	for range b.N {
		put(b, config, settings, "aks")
		server := startBenchServer(b, append(args, "--config", config)...)
		process := server.command.Process.Pid
		before := memory(b, process)
		agents := newFleet(b, server.address(), size, secure)
		woken := agents.wait(b, 45)
		require.Eventually(b, func() bool { return server.metric("winpolicy_agents_waiting") == strconv.Itoa(size) }, 2*patience, 100*time.Millisecond)
		b.ReportMetric(float64(memory(b, process)-before)/size/1000, "kB/poller")
		used := func(do func()) float64 {
			before := cpu(b, process)
			do()
			return cpu(b, process) - before
		}
		var last time.Time
		woke := used(func() {
			put(b, config, settings, "gke")
			last = woken()
		})
		b.ReportMetric(last.Sub(publishedAt(b, server)).Seconds(), "s/publish-to-last")
		// Publishing again without held polls shows what building the bundle takes.
		b.ReportMetric(woke-used(func() { server.publish(config, "aks") }), "cpu-s/10k-woken")
		server.stop()
	}
	b.ReportMetric(0, "ns/op")
}

// publishedAt returns when the server logged that it publishes.
func publishedAt(b *testing.B, server *serverProcess) time.Time {
	b.Helper()
	lines := strings.Split(server.log.String(), "\n")
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i], `"msg":"publishing a bundle"`) {
			_, text, _ := strings.Cut(lines[i], `"time":"`)
			text, _, _ = strings.Cut(text, `"`)
			at, err := time.Parse(time.RFC3339Nano, text)
			require.NoError(b, err)
			return at
		}
	}
	b.Fatal("nothing was published")
	return time.Time{}
}

// Ten thousand agents report beside ten thousand held polls. At one report a minute from each, cores is what the reports take of
// a processor.
func BenchmarkServerStatusReports(b *testing.B) {
	const size, connections, megabyte = 10_000, 32, 1e6
	config := filepath.Join(b.TempDir(), "winpolicy.yaml")
	metrics := strings.Repeat(`{"metric": [1.5, "go_gc_duration_seconds", {"quantile": 0.25, "value": 3.14e-05}]},`, 700)
	for range b.N {
		put(b, config, settings, "aks")
		server := startBenchServer(b, "--config", config)
		process := server.command.Process.Pid
		woken := newFleet(b, server.address(), size, nil).wait(b, 45)
		require.Eventually(b, func() bool { return server.metric("winpolicy_agents_waiting") == strconv.Itoa(size) }, 2*patience, 100*time.Millisecond)
		resident, before := memory(b, process), cpu(b, process)
		each(b, connections, func(connection int) error {
			for i := connection; i < size; i += connections {
				report := fmt.Sprintf(`{"labels": {"id": "agent-%d", "version": "1.22.4"}, "bundles": {"windows": {"active_revision": %q}},
					"metrics": {"prometheus": [%s]}}`, i, server.revision, strings.TrimSuffix(metrics, ","))
				response, err := http.Post(server.url+"/status", "application/json", strings.NewReader(report))
				if err != nil {
					return err
				}
				if err := response.Body.Close(); err != nil || response.StatusCode != http.StatusNoContent {
					return fmt.Errorf("answered %d: %w", response.StatusCode, err)
				}
			}
			return nil
		})
		spent := cpu(b, process) - before
		b.ReportMetric(spent/60, "cores")
		b.ReportMetric(float64(memory(b, process)-resident)/megabyte, "MB/10k-reports")
		require.Equal(b, strconv.Itoa(size), server.metric(`winpolicy_fleet_agents{revision="current",state="active"}`))
		require.Equal(b, strconv.Itoa(size), server.metric("winpolicy_agents_waiting"), "the polls are still held")
		started := time.Now()
		page := get(b, server.url+"/")
		b.ReportMetric(time.Since(started).Seconds()*1000, "ms/page")
		require.Contains(b, page, "10000 of 10000 agents run the revision that is served.")
		put(b, config, settings, "gke")
		woken()
		server.stop()
	}
	b.ReportMetric(0, "ns/op")
}

func BenchmarkServerRequestsOfOneAgent(b *testing.B) {
	server := startBenchServer(b)
	agent := newAgent(b, "opa", agentConfig(b, "--url", server.url))
	agent.start()
	agent.waitReady()
	for range b.N {
		before, started := number(b, server.metric(`winpolicy_responses_total{code="304"}`)), time.Now()
		time.Sleep(2 * time.Minute) // the requests of an idle agent are what is measured
		after := number(b, server.metric(`winpolicy_responses_total{code="304"}`))
		b.ReportMetric(float64(after-before)/time.Since(started).Minutes(), "requests/min")
	}
	b.ReportMetric(0, "ns/op")
}

func startBenchServer(b *testing.B, args ...string) *serverProcess {
	b.Helper()
	return startServer(b, append([]string{"--rate", "0", "--rescan", "1h"}, args...)...)
}

const nginxConfig = `
daemon off; pid nginx.pid; worker_processes auto;
error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; etag on; gzip off;
  open_file_cache max=10 inactive=1h;
  client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server { listen %s; root %s; default_type application/vnd.openpolicyagent.bundles; }
}
`

func startBenchNginx(b *testing.B, body []byte) *nginxProcess {
	b.Helper()
	folder := b.TempDir()
	require.NoError(b, os.Chmod(folder, 0o755))
	require.NoError(b, os.MkdirAll(filepath.Join(folder, "bundles"), 0o755))
	require.NoError(b, os.WriteFile(filepath.Join(folder, "bundles", "windows.tar.gz"), body, 0o644))
	return startNginx(b, func(address string) string { return fmt.Sprintf(nginxConfig, address, folder) })
}
