package e2e

import (
	"encoding/json"
	"path/filepath"
	"strconv"
	"strings"
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
		agent := newAgent(t, "opa", agentConfig(t, "--url", server.url, "--status"))
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

// fleetView is the part of /fleet that the tests read.
type fleetView struct {
	Revision                        string
	Total, Current, Failing, Silent int
	Agents                          []struct {
		ID, Client, State string
		Current           bool
		Labels            map[string]string
		Bundles           []struct{ Name, Revision, Code, Message string }
	}
}

func fleetOf(t *testing.T, server *serverProcess) (view fleetView) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(get(t, server.admin+"/fleet")), &view))
	return view
}

// Two replicas know those of fifty agents that report to them: current ones, one of an older OPA too, one that does not trust the
// signature, and one that loads its bundle from a server with an older configuration. The page names both.
func TestFleet_ShowsWhoRunsWhatAndWhoFails(t *testing.T) {
	const each = 24
	config, stale := filepath.Join(t.TempDir(), "winpolicy.yaml"), filepath.Join(t.TempDir(), "winpolicy.yaml")
	put(t, config, settings, "aks")
	put(t, stale, settings, "gke")
	private, public, other := keys(t)
	servers := []*serverProcess{
		startServer(t, "--config", config, "--signing-key", private),
		startServer(t, "--config", config, "--signing-key", private),
	}
	behind := startServer(t, "--config", stale, "--signing-key", private)
	for _, server := range servers {
		for range each - 1 {
			newAgent(t, "opa", agentConfig(t, "--url", server.url, "--status", "--verify-key", public)).start()
		}
		newAgent(t, "opa-1.0", agentConfig(t, "--url", server.url, "--status", "--verify-key", public)).start()
	}
	newAgent(t, "opa", agentConfig(t, "--url", servers[0].url, "--status", "--verify-key", other, "--label", "role=distrustful")).start()
	newAgent(t, "opa", reportingTo(t, servers[0].url, agentConfig(t, "--url", behind.url, "--status", "--verify-key", public, "--label", "role=behind"))).start()

	require.Eventually(t, func() bool {
		first, second := fleetOf(t, servers[0]), fleetOf(t, servers[1])
		return first.Total == each+2 && first.Current == each && first.Failing == 1 && second.Total == each && second.Current == each && second.Failing == 0
	}, 4*patience, 100*time.Millisecond)
	view := fleetOf(t, servers[0])
	require.Equal(t, servers[0].revision, view.Revision)
	ids := map[string]string{}
	for _, agent := range view.Agents {
		ids[agent.Labels["role"]] = agent.ID
		switch agent.Labels["role"] {
		case "distrustful":
			require.Equal(t, "failing", agent.State)
			require.Equal(t, "bundle_error", agent.Bundles[0].Code)
			require.NotEmpty(t, agent.Bundles[0].Message)
			require.Empty(t, agent.Bundles[0].Revision)
		case "behind":
			require.Equal(t, "active", agent.State)
			require.False(t, agent.Current)
			require.Equal(t, behind.revision, agent.Bundles[0].Revision)
		default:
			require.True(t, agent.Current)
		}
	}
	require.Equal(t, "1", servers[0].metric(`winpolicy_fleet_agents{revision="none",state="failing"}`))
	require.Equal(t, "1", servers[0].metric(`winpolicy_fleet_agents{revision="other",state="active"}`))

	page := get(t, servers[0].admin+"/")
	require.Contains(t, page, "24 of 26 agents run the revision that is served.")
	require.Regexp(t, `(?s)Agents that fail.*`+ids["distrustful"]+`.*role=distrustful.*bundle_error.*Find an agent`, page)
	require.Regexp(t, `(?s)<bdi>`+ids["behind"]+`</bdi>.*role=behind.*`+behind.revision[:12]+`.*active, not current`, get(t, servers[0].admin+"/?q=behind"))

	put(t, config, settings, "gke") // now all have the revision of the one that was behind
	require.Eventually(t, func() bool { return fleetOf(t, servers[0]).Current == each+1 && fleetOf(t, servers[1]).Current == each }, 4*patience, 100*time.Millisecond)
}

// reportingTo changes the configuration of an agent, so that it reports its status to another server.
func reportingTo(t *testing.T, url string, config []byte) []byte {
	t.Helper()
	changed := strings.Replace(string(config), "services:\n", "services:\n  reports: {url: "+url+"}\n", 1)
	changed = strings.Replace(changed, "status:\n  service: winpolicy\n", "status: {service: reports}\n", 1)
	require.Contains(t, changed, "status: {service: reports}")
	require.Contains(t, changed, "reports: {url")
	return []byte(changed)
}
