package e2e

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/crypto/bcrypt"
)

// user and password are those of a registry that wants credentials.
const user, password = "fleet", "correct horse"

// registryProcess is a running registry of the project Distribution.
type registryProcess struct {
	address string
	docker  string // folder of a Docker configuration with the credentials of the registry
}

// startRegistry runs a registry in a folder of its own. With credentials, only the user reads and writes.
func startRegistry(t *testing.T, hasCredentials bool) *registryProcess {
	t.Helper()
	folder, registry := t.TempDir(), &registryProcess{address: freeAddress(t)}
	config := fmt.Sprintf("version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: %s}\n", filepath.Join(folder, "data"), registry.address)
	auths := map[string]any{}
	if hasCredentials {
		hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
		require.NoError(t, err)
		users := filepath.Join(folder, "htpasswd")
		require.NoError(t, os.WriteFile(users, fmt.Appendf(nil, "%s:%s\n", user, hash), 0o600))
		config += fmt.Sprintf("auth: {htpasswd: {realm: registry, path: %s}}\n", users)
		auths[registry.address] = map[string]any{"auth": base64.StdEncoding.EncodeToString([]byte(user + ":" + password))}
	}
	registry.docker = dockerConfig(t, auths)
	file, log := filepath.Join(folder, "config.yml"), &output{}
	require.NoError(t, os.WriteFile(file, []byte(config), 0o600))
	command := exec.Command(tool(t, "registry"), "serve", file)
	command.Env = append(os.Environ(), "OTEL_TRACES_EXPORTER=none")
	command.Stdout, command.Stderr = log, log
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	require.Eventually(t, func() bool {
		response, err := http.Get("http://" + registry.address + "/v2/")
		return err == nil && response.Body.Close() == nil
	}, patience, 50*time.Millisecond, "the registry does not answer")
	return registry
}

// dockerConfig writes a Docker configuration and returns its folder.
func dockerConfig(t *testing.T, auths map[string]any) string {
	t.Helper()
	folder := t.TempDir()
	text, err := json.Marshal(map[string]any{"auths": auths})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "config.json"), text, 0o600))
	return folder
}

// push pushes to a tag of the repository policies/windows, and returns the digest and the revision.
func (r *registryProcess) push(t *testing.T, tag string, args ...string) (digest, revision string) {
	t.Helper()
	printed, problems, err := r.tryPush(t, tag, args...)
	require.NoError(t, err, problems)
	name, digest, found := strings.Cut(strings.TrimSpace(printed), "@")
	require.True(t, found, printed)
	require.Equal(t, r.address+"/policies/windows", name)
	_, revision, _ = strings.Cut(strings.TrimSpace(problems), "revision ")
	return digest, revision
}

func (r *registryProcess) tryPush(t *testing.T, tag string, args ...string) (printed, problems string, err error) {
	t.Helper()
	return call(t, ".", []string{"DOCKER_CONFIG=" + r.docker}, winpolicy(t), append([]string{"push", "oci://" + r.address + "/policies/windows:" + tag}, args...)...)
}

// agent prepares an agent that polls an image, "windows:prod" or "windows@sha256:…", each second. With a public key it verifies.
func (r *registryProcess) agent(t *testing.T, version, image, public string) *agentProcess {
	t.Helper()
	bundle := map[string]any{
		"service": "registry", "resource": r.address + "/policies/" + image,
		"polling": map[string]any{"min_delay_seconds": 1, "max_delay_seconds": 2},
	}
	config := map[string]any{
		"services": map[string]any{"registry": map[string]any{
			"url": "http://" + r.address, "type": "oci",
			"credentials": map[string]any{"bearer": map[string]any{"scheme": "Basic", "token": user + ":" + password}},
		}},
		"bundles":               map[string]any{"windows": bundle},
		"persistence_directory": t.TempDir(),
		"default_decision":      "winpolicy/admission/response",
	}
	if public != "" {
		key, err := os.ReadFile(public)
		require.NoError(t, err)
		config["keys"] = map[string]any{"winpolicy": map[string]any{"key": string(key), "algorithm": "RS256"}}
		bundle["signing"] = map[string]any{"keyid": "winpolicy"}
	}
	text, err := json.Marshal(config)
	require.NoError(t, err)
	agent := newAgent(t, version, text)
	agent.start()
	return agent
}

// conftest pulls a tag into a folder, twice, because a pull must be able to replace the one before. It returns what the test of
// a pod finds.
func (r *registryProcess) conftest(t *testing.T, tag string) string {
	t.Helper()
	folder := t.TempDir()
	env := []string{"DOCKER_CONFIG=" + r.docker}
	for range 2 {
		printed, problems, err := call(t, folder, env, tool(t, "conftest"), "pull", "oci://"+r.address+"/policies/windows:"+tag)
		require.NoError(t, err, printed+problems)
	}
	object := review(map[string]any{"hostPID": true}).(map[string]any)["request"].(map[string]any)["object"]
	text, err := json.Marshal(object)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "pod.json"), text, 0o600))
	printed, problems, err := call(t, folder, env, tool(t, "conftest"), "test", "--no-fail", "--data", "policy", "--namespace", "winpolicy", "pod.json")
	require.NoError(t, err, problems)
	return printed
}

// names returns the digest that a tag names.
func (r *registryProcess) names(t *testing.T, tag string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodHead, "http://"+r.address+"/v2/policies/windows/manifests/"+tag, nil)
	require.NoError(t, err)
	request.SetBasicAuth(user, password)
	request.Header.Set("Accept", "application/vnd.oci.image.manifest.v1+json")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.Header.Get("Docker-Content-Digest")
}
