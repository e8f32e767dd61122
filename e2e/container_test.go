package e2e

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// contained runs a program in a root file system that holds nothing else, read-only, as another user who gains no rights: what
// a container runtime does with an image from scratch, but for the limits. Its arguments are the root, the user and the command.
// Every folder below volumes/ beside the root is mounted at /etc/winpolicy.
const contained = `set -e
root=$1 user=$2; shift 2
mount --make-rprivate /
mount --bind "$root" "$root"
for volume in "$root"/../volumes/*; do
	at="$root/etc/winpolicy/$(basename "$volume")"
	mount --bind "$volume" "$at"
	mount -o remount,bind,ro "$at"
done
mount -o remount,bind,ro "$root"
if touch "$root/probe" 2>/dev/null; then echo "the root can still be written" >&2; exit 64; fi
exec setpriv --no-new-privs chroot --userspec="$user:$user" "$root" "$@"`

// The server of the chart runs with the flags, the user, the files and the probes of its pod. It takes a ConfigMap that is
// replaced under it, keeps the last good bundle on a bad one, and ends within its time.
func TestChartOfTheServer_RunsAsItsPodSays(t *testing.T) {
	if out, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("this test needs root, to make a mount namespace: %v: %s", err, out)
	}
	authority := newAuthority(t)
	signing, _, _ := keys(t)
	pod := podOfServer(t)
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o755))
	volumes := map[string]*volume{}
	for name, files := range map[string]map[string]string{
		"config":      {"winpolicy.yaml": fmt.Sprintf(settings, "aks")},
		"tls":         {"tls.crt": content(t, authority.file("server.pem")), "tls.key": content(t, authority.file("server.key"))},
		"tokens":      {"tokens": "east " + hashed("secret") + "\n"},
		"signing-key": {"signing.pem": content(t, signing)},
	} {
		volumes[name] = &volume{t: t, folder: filepath.Join(folder, "volumes", name), group: pod.SecurityContext.FSGroup}
		volumes[name].replace(files)
	}
	require.Len(t, pod.Containers[0].VolumeMounts, len(volumes))
	server := startServerBy(t, pod.start(t, filepath.Join(folder, "root")))
	require.Equal(t, fmt.Sprint(pod.SecurityContext.RunAsUser), userOf(t, server.command.Process.Pid))

	client := clientOf(t, authority)
	bundle := func(path string) int { return status(t, client, server.url+path, "secret") }
	probed := func() {
		for _, probe := range []probe{pod.Containers[0].StartupProbe, pod.Containers[0].LivenessProbe, pod.Containers[0].ReadinessProbe} {
			require.Equal(t, "HTTPS", probe.HTTPGet.Scheme)
			require.Equal(t, http.StatusOK, status(t, client, server.url+probe.HTTPGet.Path, ""))
		}
	}
	probed()
	require.Equal(t, http.StatusUnauthorized, status(t, client, server.url+"/bundles/windows.tar.gz", ""))
	require.Equal(t, http.StatusOK, bundle("/bundles/windows.tar.gz"))
	require.Equal(t, http.StatusOK, bundle("/bundles/windows.signed.tar.gz"))

	failing := func(source, value string) {
		require.Eventually(t, func() bool { return server.metric(`winpolicy_update_failing{source="`+source+`"}`) == value },
			patience, 20*time.Millisecond, "%s is not %s", source, value)
	}
	volumes["config"].replace(map[string]string{"winpolicy.yaml": fmt.Sprintf(settings, "gke")})
	require.Eventually(t, func() bool { return server.served() != server.revision }, patience, 20*time.Millisecond)
	good := server.served()
	volumes["config"].replace(map[string]string{"winpolicy.yaml": fmt.Sprintf(settings, "no-such-platform")})
	failing("bundle", "1")
	require.Equal(t, good, server.served())
	require.Contains(t, server.log.String(), "/etc/winpolicy/config/winpolicy.yaml:2: platform: must be one of")
	probed()
	volumes["config"].replace(map[string]string{}) // a key that is removed from the ConfigMap
	require.Eventually(t, func() bool { return strings.Contains(server.log.String(), "no such file") }, patience, 20*time.Millisecond)
	require.Equal(t, good, server.served())
	volumes["config"].replace(map[string]string{"winpolicy.yaml": fmt.Sprintf(settings, "aks")})
	failing("bundle", "0")
	require.Equal(t, server.revision, server.served())

	volumes["tokens"].replace(map[string]string{"tokens": "east " + hashed("newer") + "\n"})
	require.Eventually(t, func() bool { return status(t, client, server.url+"/bundles/windows.tar.gz", "newer") == http.StatusOK }, patience, 20*time.Millisecond)
	require.Equal(t, http.StatusUnauthorized, bundle("/bundles/windows.tar.gz"))

	require.NoError(t, server.command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, server.command.Wait(), server.log)
}

// pod is what the chart's Deployment says of its pods.
type pod struct {
	SecurityContext struct {
		RunAsUser int
		FSGroup   int
	}
	Containers []struct {
		Args                                        []string
		VolumeMounts                                []struct{ MountPath string }
		StartupProbe, LivenessProbe, ReadinessProbe probe
	}
}

type probe struct {
	HTTPGet struct{ Path, Scheme string } `json:"httpGet"`
}

func podOfServer(t *testing.T) pod {
	t.Helper()
	objects := rendered(t, "winpolicy-server", "--show-only", "templates/deployment.yaml",
		"--set", "image=winpolicy,tlsSecret=tls,tokensSecret=tokens,signingKeySecret=signing")
	text, err := json.Marshal(objects["it"].(map[string]any)["spec"].(map[string]any)["template"])
	require.NoError(t, err)
	var template struct{ Spec pod }
	require.NoError(t, yaml.Unmarshal(text, &template))
	return template.Spec
}

// start gives a way to start the server as in the pod, but at the addresses of the test: the pod has a loopback of its own.
func (p pod) start(t *testing.T, root string) func(*exec.Cmd) error {
	t.Helper()
	// An image from scratch has no libraries, so the program has to be static.
	build := exec.CommandContext(t.Context(), "go", "build", "-trimpath", "-o", filepath.Join(root, "winpolicy"), "./cmd/winpolicy")
	build.Dir, build.Env = "..", append(os.Environ(), "CGO_ENABLED=0")
	output, err := build.CombinedOutput()
	require.NoError(t, err, "%s", output)
	for _, mount := range p.Containers[0].VolumeMounts {
		require.NoError(t, os.MkdirAll(filepath.Join(root, mount.MountPath), 0o755))
	}
	return func(command *exec.Cmd) error {
		unshare, err := exec.LookPath("unshare")
		if err != nil {
			return err
		}
		addresses := command.Args[2:6] // --addr and --admin-addr of the test, which replace those of the pod
		arguments := append([]string{"unshare", "--mount", "sh", "-c", contained, "sh", root, fmt.Sprint(p.SecurityContext.RunAsUser), "/winpolicy"},
			p.Containers[0].Args...)
		command.Path, command.Args = unshare, append(arguments, addresses...)
		command.Env = []string{"PATH=" + os.Getenv("PATH")}
		return command.Start()
	}
}

// volume is a folder that the kubelet fills from a ConfigMap or Secret: files are links through the link ..data, which leads to
// the folder of one version.
type volume struct {
	t       *testing.T
	folder  string
	group   int
	version int
}

// replace puts a new version in place as the kubelet does: it replaces ..data in one step, and then removes the old version.
func (v *volume) replace(files map[string]string) {
	v.t.Helper()
	old := fmt.Sprintf("..version_%d", v.version)
	v.version++
	fresh := fmt.Sprintf("..version_%d", v.version)
	require.NoError(v.t, os.MkdirAll(filepath.Join(v.folder, fresh), 0o755))
	for name, text := range files {
		path := filepath.Join(v.folder, fresh, name)
		require.NoError(v.t, os.WriteFile(path, []byte(text), 0o440))
		require.NoError(v.t, os.Chown(path, 0, v.group))
	}
	data := filepath.Join(v.folder, "..data")
	require.NoError(v.t, os.Symlink(fresh, data+"_tmp"))
	require.NoError(v.t, os.Rename(data+"_tmp", data))
	for name := range files {
		if err := os.Symlink(filepath.Join("..data", name), filepath.Join(v.folder, name)); !os.IsExist(err) {
			require.NoError(v.t, err)
		}
	}
	require.NoError(v.t, os.RemoveAll(filepath.Join(v.folder, old)))
}

// userOf is the user id of a process.
func userOf(t *testing.T, process int) string {
	t.Helper()
	for line := range strings.Lines(content(t, fmt.Sprintf("/proc/%d/status", process))) {
		if fields := strings.Fields(line); fields[0] == "Uid:" {
			return fields[1]
		}
	}
	return ""
}

// clientOf gives a client that trusts the authority.
func clientOf(t *testing.T, authority *authority) *http.Client {
	t.Helper()
	trusted := x509.NewCertPool()
	require.True(t, trusted.AppendCertsFromPEM([]byte(content(t, authority.file("ca.pem")))))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: trusted}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport}
}

// status is that of a GET, with a token if it is not "".
func status(t *testing.T, client *http.Client, url, token string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	_, err = io.Copy(io.Discard, response.Body)
	require.NoError(t, err)
	return response.StatusCode
}

func content(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}
