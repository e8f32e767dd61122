package e2e

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// agents are the versions of OPA that the server must work with, named by the folder of their module.
var agents = []string{"opa", "opa-1.0"}

const settings = "apiVersion: winpolicy/v1alpha1\nplatform: %s\n"

func TestAgentConfig_WorksWithEachVersion(t *testing.T) {
	private, public, otherPublic := keys(t)
	policy := filepath.Join(t.TempDir(), "discovery.rego")
	put(t, policy, "%s", agentConfig(t, "--discovery-policy", "--verify-key", public))
	server := startServer(t, "--signing-key", private, "--discovery", policy)
	run(t, ".", winpolicy(t), "doctor", server.url+"/bundles/windows.tar.gz")
	run(t, ".", winpolicy(t), "doctor", "--verify-key", public, server.url+"/bundles/windows.signed.tar.gz")
	unsigned := strings.Replace(string(agentConfig(t, "--url", server.url, "--verify-key", public)), "windows.signed.tar.gz", "windows.tar.gz", 1)
	for _, version := range agents {
		for name, config := range map[string][]byte{
			"plain":        agentConfig(t, "--url", server.url, "--long-poll", "0s"),
			"long polling": agentConfig(t, "--url", server.url),
			"verifying":    agentConfig(t, "--url", server.url, "--verify-key", public),
			"discovering":  agentConfig(t, "--url", server.url, "--discovery", "--label", "fleet=east", "--verify-key", public),
			"persisting":   agentConfig(t, "--url", server.url, "--persist", t.TempDir()),
		} {
			t.Run(version+"/"+name, func(t *testing.T) {
				agent := newAgent(t, version, config)
				agent.start()
				agent.waitReady()
				agent.waitRevision(server.revision)
				answer := post(t, agent.url, review(map[string]any{"hostPID": true}))
				require.Equal(t, false, answer.(map[string]any)["response"].(map[string]any)["allowed"])
			})
		}
		for name, tc := range map[string]struct {
			config []byte
			why    string
		}{
			"with another key":         {agentConfig(t, "--url", server.url, "--verify-key", otherPublic), "verif"},
			"verifying, sent unsigned": {[]byte(unsigned), ".signatures.json"},
		} {
			t.Run(version+"/"+name, func(t *testing.T) {
				agent := newAgent(t, version, tc.config)
				agent.start()
				agent.refuses(tc.why)
			})
		}
	}
}

func TestAgent_WithPersistedBundleStartsWithoutServer(t *testing.T) {
	for _, version := range agents {
		server := startServer(t)
		agent := newAgent(t, version, agentConfig(t, "--url", server.url, "--persist", t.TempDir()))
		agent.start()
		agent.waitRevision(server.revision)
		agent.stop()
		server.stop()
		agent.start()
		agent.waitRevision(server.revision)
		agent.waitReady()
	}
}

// readOnly makes / and /tmp of a program's own mount namespace read-only, and then runs the program.
const readOnly = `set -e
mount --make-rprivate /
mount -o remount,bind,ro /
if mountpoint -q /tmp; then mount -o remount,bind,ro /tmp; fi
if touch /tmp/probe 2>/dev/null; then echo "/tmp can still be written" >&2; exit 64; fi
exec "$@"`

func TestServe_RunsWithAReadOnlyRootFileSystem(t *testing.T) {
	if out, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("this test needs root, to make a mount namespace: %v: %s", err, out)
	}
	samples, err := filepath.Abs("../samples")
	require.NoError(t, err)
	server := startServerBy(t, func(command *exec.Cmd) error {
		unshare, err := exec.LookPath("unshare")
		if err != nil {
			return err
		}
		command.Args = append([]string{"unshare", "--mount", "sh", "-c", readOnly, "sh"}, command.Args...)
		command.Path = unshare
		return command.Start()
	}, "--samples", samples)
	run(t, ".", winpolicy(t), "doctor", server.url+"/bundles/windows.tar.gz")
}

// An agent of 1.22 may send the ETags of earlier bundles, so that replicas that are behind do not roll it back. A single
// publisher does roll it back.
func TestServe_SinglePublisherRollsBackAgents(t *testing.T) {
	config := filepath.Join(t.TempDir(), "winpolicy.yaml")
	put(t, config, settings, "aks")
	server := startServer(t, "--config", config, "--single-publisher")
	text := strings.Replace(string(agentConfig(t, "--url", server.url)), "polling:\n", "polling:\n      superseded_etag_ttl_seconds: 3600\n", 1)
	agent := newAgent(t, "opa", []byte(text))
	agent.start()
	agent.waitRevision(server.revision)
	put(t, config, settings, "gke")
	require.Eventually(t, func() bool { return server.served() != server.revision }, patience, 20*time.Millisecond)
	agent.waitRevision(server.served())
	put(t, config, settings, "aks")
	agent.waitRevision(server.revision)
}

// Agents get each new bundle, also an older one again. They get nothing from an invalid source. They survive a restart of the
// server and a network failure.
func TestAgent_FollowsTheServer(t *testing.T) {
	config := filepath.Join(t.TempDir(), "winpolicy.yaml")
	put(t, config, settings, "aks")
	server := startServer(t, "--config", config)
	wire := newWire(t, server.address())
	var fleet []*agentProcess
	for _, version := range agents {
		agent := newAgent(t, version, agentConfig(t, "--url", "http://"+wire.address(), "--long-poll", "20s"))
		agent.start()
		fleet = append(fleet, agent)
	}
	everywhere := func(revision string) {
		t.Helper()
		for _, agent := range fleet {
			agent.waitRevision(revision)
		}
	}
	first := server.revision
	everywhere(first)
	waiting := func() bool { return server.metric("winpolicy_agents_waiting") == "2" }
	require.Eventually(t, waiting, patience, 50*time.Millisecond, "the server holds no poll")

	put(t, config, settings, "gke")
	require.Eventually(t, func() bool { return server.served() != first }, patience, 20*time.Millisecond)
	second := server.served()
	everywhere(second)

	put(t, config, settings, "aks") // a rollback to the first bundle, byte for byte
	everywhere(first)

	put(t, config, settings, "nowhere")
	require.Eventually(t, func() bool { return server.metric(`winpolicy_update_failing{source="bundle"}`) == "1" }, patience, 20*time.Millisecond)
	require.Equal(t, first, server.served())
	require.Equal(t, "ok\n", get(t, server.url+"/readyz"), "the previous bundle is still served")
	require.Contains(t, get(t, server.admin+"/fleet"), "winpolicy.yaml:2")
	require.Contains(t, server.log.String(), "change rejected")
	put(t, config, "")
	require.Eventually(t, func() bool { return strings.Contains(get(t, server.admin+"/fleet"), "the configuration is empty") }, patience, 20*time.Millisecond)
	everywhere(first)

	wire.cut()
	put(t, config, settings, "gke")
	require.Eventually(t, func() bool { return server.served() == second }, patience, 20*time.Millisecond)
	everywhere(first)
	wire.mend()
	everywhere(second)

	address := server.address()
	server.stop()
	server = startServer(t, "--config", config, "--addr", address)
	require.Equal(t, second, server.revision)
	require.Eventually(t, waiting, patience, 50*time.Millisecond, "no agent came back")
	everywhere(second)
}

// Two agents get eight answers, each after a hold of 1.8 to 2 seconds.
func TestAgent_LongPollsHaveNoHotLoop(t *testing.T) {
	server := startServer(t, "--max-hold", "2s")
	for _, version := range agents {
		agent := newAgent(t, version, agentConfig(t, "--url", server.url))
		agent.start()
		agent.waitReady()
	}
	before := server.metric(`winpolicy_responses_total{code="304"}`)
	started := time.Now()
	require.Eventually(t, func() bool { return asked(t, server)-number(t, before) >= 8 }, patience, 20*time.Millisecond)
	require.Greater(t, time.Since(started), 6*time.Second)
}

func asked(t *testing.T, server *serverProcess) int {
	return number(t, server.metric(`winpolicy_responses_total{code="304"}`))
}
