package e2e

import (
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// One image is for agents of each version and for conftest, with and without credentials, signed or not.
func TestPush_AgentsAndConftestPullTheSameImage(t *testing.T) {
	private, public, _ := keys(t)
	for name, hasCredentials := range map[string]bool{"open": false, "with credentials": true} {
		t.Run(name, func(t *testing.T) {
			registry := startRegistry(t, hasCredentials)
			_, revision := registry.push(t, "prod", "--samples", "../samples")
			_, signed := registry.push(t, "signed", "--signing-key", private)
			require.Equal(t, revision, signed)
			for _, version := range agents {
				for image, key := range map[string]string{"windows:prod": "", "windows:signed": public} {
					agent := registry.agent(t, version, image, key)
					agent.waitRevision(revision)
					answer := post(t, agent.url, review(map[string]any{"hostPID": true}))
					require.Equal(t, false, answer.(map[string]any)["response"].(map[string]any)["allowed"])
				}
			}
			for _, tag := range []string{"prod", "signed"} {
				require.Contains(t, registry.conftest(t, tag), "host-namespaces")
			}
		})
	}
}

func TestPush_AgentsRefuseWhatTheyCannotVerify(t *testing.T) {
	private, public, otherPublic := keys(t)
	registry := startRegistry(t, false)
	registry.push(t, "prod")
	registry.push(t, "signed", "--signing-key", private)
	for _, version := range agents {
		registry.agent(t, version, "windows:signed", otherPublic).refuses("verif")
		registry.agent(t, version, "windows:prod", public).refuses(".signatures.json")
		registry.agent(t, version, "windows:signed", "").refuses("verification key not provided")
	}
}

// An agent follows the tag, also back. One with a digest stays.
func TestPush_AgentsFollowTheTag(t *testing.T) {
	registry := startRegistry(t, false)
	first, old := registry.push(t, "prod", "--platform", "aks")
	again, _ := registry.push(t, "prod", "--platform", "aks")
	require.Equal(t, first, again)
	var fleet, pinned []*agentProcess
	for _, version := range agents {
		fleet = append(fleet, registry.agent(t, version, "windows:prod", ""))
		pinned = append(pinned, registry.agent(t, version, "windows@"+first, ""))
	}
	everywhere := func(some []*agentProcess, revision string) {
		t.Helper()
		for _, agent := range some {
			agent.waitRevision(revision)
		}
	}
	everywhere(fleet, old)
	everywhere(pinned, old)
	second, fresh := registry.push(t, "prod", "--platform", "gke")
	require.NotEqual(t, first, second)
	everywhere(fleet, fresh)
	rolled, _ := registry.push(t, "prod", "--rollback", first)
	require.Equal(t, first, rolled)
	everywhere(fleet, old)
	everywhere(pinned, old)
}

func TestPush_RegistryThatRefusesKeepsTheTag(t *testing.T) {
	registry := startRegistry(t, true)
	first, _ := registry.push(t, "prod", "--platform", "aks")
	wrong := map[string]any{"auth": base64.StdEncoding.EncodeToString([]byte(user + ":wrong"))}
	for name, auths := range map[string]map[string]any{
		"no credentials":   {},
		"a wrong password": {registry.address: wrong},
	} {
		t.Run(name, func(t *testing.T) {
			stranger := &registryProcess{address: registry.address, docker: dockerConfig(t, auths)}
			printed, problems, err := stranger.tryPush(t, "prod", "--platform", "gke")
			require.Error(t, err)
			require.Empty(t, printed)
			require.Contains(t, problems, "docker login "+registry.address)
			require.Contains(t, problems, "the tag prod has not moved")
			require.NotContains(t, problems, password)
			require.Equal(t, first, registry.names(t, "prod"))
		})
	}
}

// A proxy ends the connection in the middle of a push to the registry.
func TestPush_ConnectionThatEndsKeepsTheTag(t *testing.T) {
	registry := startRegistry(t, false)
	first, _ := registry.push(t, "prod", "--platform", "aks")
	for _, part := range []string{"PUT /v2/policies/windows/blobs/", "PUT /v2/policies/windows/manifests/sha256:"} {
		t.Run(part, func(t *testing.T) {
			proxy := &registryProcess{address: cutter(t, registry.address, part), docker: registry.docker}
			_, problems, err := proxy.tryPush(t, "prod", "--platform", "gke")
			require.Error(t, err)
			require.Contains(t, problems, "the tag prod has not moved")
			require.Equal(t, first, registry.names(t, "prod"))
		})
	}
}

// cutter forwards to a registry, and ends the connection of some requests. It returns its address.
func cutter(t *testing.T, registry, request string) string {
	t.Helper()
	forward := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: registry})
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.Method+" "+r.URL.Path, request) {
			panic(http.ErrAbortHandler)
		}
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(site.Close)
	return strings.TrimPrefix(site.URL, "http://")
}
