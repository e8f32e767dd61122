package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// patience is how long a test waits for a state. It is long because the machine may be busy.
const patience = 60 * time.Second

// serverProcess is a running `winpolicy serve`.
type serverProcess struct {
	t        testing.TB
	url      string // without a path
	revision string // of the first bundle
	admin    string // URL of the admin address
	command  *exec.Cmd
	log      *output
}

// startServer starts `winpolicy serve` in a folder of its own, on a free port if the arguments name none. When the test ends,
// the server gets SIGINT and must end without an error.
func startServer(t testing.TB, args ...string) *serverProcess {
	t.Helper()
	return startServerBy(t, (*exec.Cmd).Start, args...)
}

// startServerBy is startServer with another way to start the process.
func startServerBy(t testing.TB, start func(*exec.Cmd) error, args ...string) *serverProcess {
	t.Helper()
	server := &serverProcess{t: t, admin: "http://" + freeAddress(t), log: &output{}}
	args = append([]string{"serve", "--addr", "127.0.0.1:0", "--admin-addr", strings.TrimPrefix(server.admin, "http://"), "--rescan", "1s"}, args...)
	server.command = exec.Command(winpolicy(t), args...)
	server.command.Dir = t.TempDir()
	printed, err := server.command.StdoutPipe()
	require.NoError(t, err)
	server.command.Stderr = server.log
	require.NoError(t, start(server.command))
	t.Cleanup(server.stop)
	line, err := bufio.NewReader(printed).ReadString('\n')
	require.NoError(t, err, server.log)
	fields := regexp.MustCompile(`^serving (https?://[^/]+)/bundles/windows.tar.gz, revision ([0-9a-f]{64})\n$`).FindStringSubmatch(line)
	require.NotNil(t, fields, line)
	server.url, server.revision = fields[1], fields[2]
	return server
}

func (s *serverProcess) stop() {
	s.t.Helper()
	if s.command.ProcessState == nil {
		require.NoError(s.t, s.command.Process.Signal(os.Interrupt))
		require.NoError(s.t, s.command.Wait(), s.log)
	}
}

// address returns host and port of the server.
func (s *serverProcess) address() string { return s.url[strings.LastIndex(s.url, "/")+1:] }

// metric returns the value of a line of /metrics, or "" if there is none.
func (s *serverProcess) metric(name string) string {
	s.t.Helper()
	for line := range strings.Lines(get(s.t, s.admin+"/metrics")) {
		if value, ok := strings.CutPrefix(line, name+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// served returns the revision that is served now.
func (s *serverProcess) served() string {
	s.t.Helper()
	pattern := regexp.MustCompile(`winpolicy_bundle_info\{revision="([0-9a-f]+)"\} 1`)
	var found []string
	require.Eventually(s.t, func() bool { // between two revisions there is a moment without one
		found = pattern.FindStringSubmatch(get(s.t, s.admin+"/metrics"))
		return found != nil
	}, patience, time.Millisecond)
	return found[1]
}

// publish changes the configuration, and waits until the server has published the new bundle.
func (s *serverProcess) publish(config, platform string) {
	s.t.Helper()
	before := s.served()
	put(s.t, config, settings, platform)
	require.Eventually(s.t, func() bool { return s.served() != before }, patience, 20*time.Millisecond)
}

// waitForPolls waits until the server holds so many polls.
func (s *serverProcess) waitForPolls(count int) {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return s.metric("winpolicy_agents_waiting") == strconv.Itoa(count) },
		patience, 20*time.Millisecond, "the agents do not poll")
}

// agentProcess is a running OPA.
type agentProcess struct {
	t       testing.TB
	url     string
	tool    string
	config  string
	log     *output
	command *exec.Cmd
}

// newAgent prepares the OPA of tools/<name> with a configuration.
func newAgent(t testing.TB, name string, config []byte) *agentProcess {
	t.Helper()
	file := filepath.Join(t.TempDir(), "opa.yaml")
	require.NoError(t, os.WriteFile(file, config, 0o600))
	return &agentProcess{t: t, tool: tool(t, name), config: file}
}

func (a *agentProcess) start() {
	a.t.Helper()
	a.startBy((*exec.Cmd).Start)
}

func (a *agentProcess) startBy(start func(*exec.Cmd) error) {
	a.t.Helper()
	address := freeAddress(a.t)
	a.url, a.log = "http://"+address, &output{}
	a.command = exec.Command(a.tool, "run", "--server", "--addr", address, "--config-file", a.config)
	a.command.Dir = a.t.TempDir()
	a.command.Stdout, a.command.Stderr = a.log, a.log
	require.NoError(a.t, start(a.command))
	a.t.Cleanup(a.stop)
}

func (a *agentProcess) stop() {
	if a.command.ProcessState == nil {
		require.NoError(a.t, a.command.Process.Signal(syscall.SIGTERM))
		_ = a.command.Wait()
	}
}

func (a *agentProcess) isReady() bool {
	response, err := http.Get(a.url + "/health?bundles")
	return err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK
}

func (a *agentProcess) waitReady() {
	a.t.Helper()
	require.Eventually(a.t, a.isReady, patience, 50*time.Millisecond, "the agent does not become ready")
}

// refuses waits until the agent has logged why it rejects the bundle.
func (a *agentProcess) refuses(why string) {
	a.t.Helper()
	a.says(why)
	require.False(a.t, a.isReady())
}

// says waits until the agent's log contains some words.
func (a *agentProcess) says(words string) {
	a.t.Helper()
	require.Eventually(a.t, func() bool { return strings.Contains(a.log.String(), words) }, patience, 50*time.Millisecond, words)
}

// revision returns the revision of the active bundle, or "" if there is none.
func (a *agentProcess) revision() string {
	response, err := http.Get(a.url + "/v1/data/system/bundles/windows/manifest/revision")
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	var answer struct {
		Result string `json:"result"`
	}
	if json.NewDecoder(response.Body).Decode(&answer) != nil {
		return ""
	}
	return answer.Result
}

func (a *agentProcess) waitRevision(revision string) {
	a.t.Helper()
	require.Eventually(a.t, func() bool { return a.revision() == revision }, patience, 20*time.Millisecond, "the agent does not get %s", revision)
}

// agentConfig returns what `winpolicy agent-config` prints.
func agentConfig(t testing.TB, args ...string) []byte {
	t.Helper()
	command := exec.CommandContext(t.Context(), winpolicy(t), append([]string{"agent-config"}, args...)...)
	var problems bytes.Buffer
	command.Stderr = &problems
	text, err := command.Output()
	require.NoError(t, err, problems.String())
	return text
}

func get(t testing.TB, url string) string {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(body))
	return string(body)
}

// output collects what a process writes. It can be read at any time.
type output struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (o *output) Write(text []byte) (int, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.Write(text)
}

func (o *output) String() string {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	return o.text.String()
}

// put replaces a file in one step, as editors do.
func put(t testing.TB, path, format string, args ...any) {
	t.Helper()
	require.NoError(t, os.WriteFile(path+".new", fmt.Appendf(nil, format, args...), 0o600))
	require.NoError(t, os.Rename(path+".new", path))
}
