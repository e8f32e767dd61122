//go:build linux && amd64

package e2e

import (
	"crypto/tls"
	"net/http"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const day = 24 * time.Hour

// Only the expiry of tokens depends on the server's wall clock.
func TestServe_ClockJumpEndsOnlyTokens(t *testing.T) {
	clock, authority, folder := newClock(t), newAuthority(t), t.TempDir()
	config, tokens, mine := filepath.Join(folder, "winpolicy.yaml"), filepath.Join(folder, "tokens"), filepath.Join(folder, "mine")
	put(t, config, settings, "aks")
	put(t, tokens, "east %s\ntomorrow %s %s\n", hashed("ever"), hashed("tomorrow"), time.Now().UTC().Add(day).Format(time.DateOnly))
	put(t, mine, "ever")
	server := startServerBy(t, clock.start, "--config", config, "--tokens", tokens,
		"--tls-cert", authority.file("server.pem"), "--tls-key", authority.file("server.key"))
	for _, version := range agents {
		agent := newAgent(t, version, agentConfig(t, "--url", server.url, "--ca", authority.file("ca.pem"), "--token-file", mine))
		agent.start()
		agent.waitRevision(server.revision)
		defer func() { agent.waitRevision(server.served()) }()
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} // the certificate does not matter here
	ask := func(token string) *http.Response {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodHead, server.url+"/bundles/windows.tar.gz", nil)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := client.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response
	}
	for _, tc := range []struct {
		by       time.Duration
		platform string
		tomorrow int // the answer to the token that ends with tomorrow
	}{{0, "gke", 200}, {2 * day, "aks", 401}, {-day, "gke", 200}, {0, "aks", 200}} {
		server.waitForPolls(len(agents))
		answers, etag := server.metric(`winpolicy_responses_total{code="304"}`), ask("ever").Header.Get("Etag")
		clock.set(tc.by)
		now, err := http.ParseTime(ask("ever").Header.Get("Date"))
		require.NoError(t, err)
		require.InDelta(t, tc.by, time.Until(now), float64(patience), "the clock was not set")
		require.Equal(t, tc.tomorrow, ask("tomorrow").StatusCode)
		require.Equal(t, etag, ask("ever").Header.Get("Etag"))
		require.Equal(t, strconv.Itoa(len(agents)), server.metric("winpolicy_agents_waiting"), "a poll has ended")
		require.Equal(t, answers, server.metric(`winpolicy_responses_total{code="304"}`))
		server.publish(config, tc.platform)
	}
}

func TestAgent_ClockJumpDoesNotStopPolling(t *testing.T) {
	for _, version := range agents {
		t.Run(version, func(t *testing.T) {
			clock, config := newClock(t), filepath.Join(t.TempDir(), "winpolicy.yaml")
			put(t, config, settings, "aks")
			server := startServer(t, "--config", config)
			agent := newAgent(t, version, agentConfig(t, "--url", server.url, "--persist", t.TempDir()))
			agent.startBy(clock.start)
			agent.waitRevision(server.revision)
			for _, jump := range []struct {
				by       time.Duration
				platform string
			}{{day, "gke"}, {-day, "aks"}} {
				server.waitForPolls(1)
				clock.set(jump.by)
				server.publish(config, jump.platform)
				agent.waitRevision(server.served())
			}
			server.waitForPolls(1)
		})
	}
}

// An agent with a wrong clock rejects the server's certificate, and decides with the bundle that it has.
func TestAgent_WrongClockKeepsBundle(t *testing.T) {
	for _, version := range agents {
		for words, by := range map[string]time.Duration{"is after": 2 * day, "is before": -2 * day} {
			t.Run(version+", today "+words+" the certificate", func(t *testing.T) {
				clock, authority, config := newClock(t), newAuthority(t), filepath.Join(t.TempDir(), "winpolicy.yaml")
				put(t, config, settings, "aks")
				server := startServer(t, "--config", config, "--tls-cert", authority.file("server.pem"), "--tls-key", authority.file("server.key"))
				wire := newWire(t, server.address())
				agent := newAgent(t, version, agentConfig(t, "--url", "https://"+wire.address(), "--ca", authority.file("ca.pem"), "--persist", t.TempDir()))
				agent.startBy(clock.start)
				agent.waitRevision(server.revision)
				server.waitForPolls(1)
				clock.set(by)
				wire.cut()
				wire.mend()
				agent.says(words)
				server.publish(config, "gke")
				require.Equal(t, server.revision, agent.revision())
				require.True(t, agent.isReady())
				answer := post(t, agent.url, review(map[string]any{"hostPID": true}))
				require.Equal(t, false, answer.(map[string]any)["response"].(map[string]any)["allowed"])
				clock.set(0)
				agent.waitRevision(server.served())
			})
		}
	}
}
