package e2e

import (
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Fifty real agents and ten thousand simulated ones poll one server.
func TestFleet_AllAgentsGetThePublishedBundle(t *testing.T) {
	const real, simulated = 50, 10_000
	config := filepath.Join(t.TempDir(), "winpolicy.yaml")
	put(t, config, settings, "aks")
	server := startServer(t, "--config", config, "--rate", "0")
	var agents []*agentProcess
	for range real {
		agent := newAgent(t, "opa", agentConfig(t, "--url", server.url))
		agent.start()
		agents = append(agents, agent)
	}
	for _, agent := range agents {
		agent.waitRevision(server.revision)
	}
	simulators := newFleet(t, server.address(), simulated, nil)
	woken := simulators.wait(t, 45)
	require.Eventually(t, func() bool {
		return server.metric("winpolicy_agents_waiting") == strconv.Itoa(real+simulated)
	}, 2*patience, 100*time.Millisecond)
	put(t, config, settings, "gke")
	require.Eventually(t, func() bool { return server.served() != server.revision }, patience, 20*time.Millisecond)
	woken()
	revision := server.served()
	for _, agent := range agents {
		agent.waitRevision(revision)
	}
	for _, one := range simulators {
		require.LessOrEqual(t, one.requests, 6, "an agent asks without a pause")
	}
	require.Equal(t, "0", server.metric(`winpolicy_responses_total{code="503"}`))
}
