package cluster

import (
	"crypto/tls"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// process is a program that runs until it is stopped, or the test ends.
type process struct {
	name    string
	command *exec.Cmd
	log     string        // the path of what it prints
	ended   chan struct{} // closed when it has
}

// start runs a program. Where the test fails, the end of what the program printed is shown.
func start(t *testing.T, path string, environment []string, arguments ...string) *process {
	t.Helper()
	name := filepath.Base(path)
	log, err := os.CreateTemp(t.TempDir(), name+"-*.log")
	require.NoError(t, err)
	command := exec.Command(path, arguments...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(), environment...)
	require.NoError(t, command.Start())
	p := &process{name: name, command: command, log: log.Name(), ended: make(chan struct{})}
	go func() {
		_ = command.Wait()
		_ = log.Close()
		close(p.ended)
	}()
	t.Cleanup(func() {
		p.stop(syscall.SIGTERM)
		if t.Failed() {
			t.Logf("the end of what %s printed:\n%s", name, p.tail(15))
		}
	})
	return p
}

// stop sends the signal and waits for the end. A program that does not heed it is killed.
func (p *process) stop(signal os.Signal) {
	_ = p.command.Process.Signal(signal)
	select {
	case <-p.ended:
	case <-time.After(20 * time.Second):
		_ = p.command.Process.Kill()
		<-p.ended
	}
}

func (p *process) tail(lines int) string {
	text, _ := os.ReadFile(p.log)
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// waitUntilReady asks the URL until the answer is 200.
func waitUntilReady(t *testing.T, client *http.Client, url string) {
	t.Helper()
	Eventually(t, func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		require.NoError(t, err)
		response, err := client.Do(request)
		return err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK
	}, "%s does not become ready", url)
}

// Eventually waits for a state that others bring about.
func Eventually(t *testing.T, state func() bool, message string, arguments ...any) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for !state() {
		require.True(t, time.Now().Before(deadline), append([]any{message}, arguments...)...)
		time.Sleep(50 * time.Millisecond)
	}
}

// insecure trusts whoever answers: a readiness probe on loopback has no secret to lose.
func insecure() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func portOf(t *testing.T, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	return port
}

// Within waits for a state no longer than the given time, and leaves it to the caller what follows.
func Within(t *testing.T, limit time.Duration, state func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !state() && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
	}
}
