package cluster

import (
	"context"
	"crypto/tls"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
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
func start(t testing.TB, path string, environment []string, arguments ...string) *process {
	t.Helper()
	name := filepath.Base(path)
	log, err := os.CreateTemp(t.TempDir(), name+"-*.log")
	require.NoError(t, err)
	command := exec.Command(path, arguments...)
	command.Stdout, command.Stderr = log, log
	command.Env = append(os.Environ(), environment...)
	endWithParent(command)
	p := &process{name: name, command: command, log: log.Name(), ended: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread() // which to Linux is the parent
		defer runtime.UnlockOSThread()
		err := command.Start()
		started <- err
		if err == nil {
			_ = command.Wait()
		}
		_ = log.Close()
		close(p.ended)
	}()
	require.NoError(t, <-started)
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

func (p *process) hasEnded() bool {
	select {
	case <-p.ended:
		return true
	default:
		return false
	}
}

func (p *process) tail(lines int) string {
	text, _ := os.ReadFile(p.log)
	all := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}

// startReady starts a program and waits until the URL answers 200. A program that ends before that is started again, with
// what is given then: somebody may have taken its port after it was found to be free.
func startReady(t testing.TB, begin func() (p *process, client *http.Client, url string)) *process {
	t.Helper()
	const attempts = 3
	for range attempts {
		p, client, url := begin()
		Eventually(t, func() error {
			if p.hasEnded() {
				return nil
			}
			return ask(t.Context(), client, url)
		})
		if !p.hasEnded() {
			return p
		}
		t.Logf("%s has ended before it was ready:\n%s", p.name, p.tail(15))
	}
	require.FailNow(t, "a program ends before it is ready, however often it is started")
	return nil
}

func ask(ctx context.Context, client *http.Client, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s answers %s", url, response.Status)
	}
	return nil
}

// Eventually waits until nothing is in the way of a state. The last of what was is told where the wait is too long.
func Eventually(t testing.TB, obstacle func() error) {
	t.Helper()
	deadline := time.Now().Add(patience)
	for err := obstacle(); err != nil; err = obstacle() {
		require.True(t, time.Now().Before(deadline), "after %s still: %v", patience, err)
		time.Sleep(50 * time.Millisecond)
	}
}

// insecure returns a client that accepts any certificate, because a readiness probe on loopback sends no secret.
func insecure() *http.Client {
	return &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
}

// The ports that servers are given: below those that Linux gives to outgoing connections.
const firstPort, ports = 20000, 12768

var (
	offset    = rand.Int32N(ports) // so that two runs at a time are apart
	addresses atomic.Int32         // how many have been given
)

// freeAddress is one that nobody listens on, and that is given to nobody else of this run.
func freeAddress(t testing.TB) string {
	t.Helper()
	for range ports {
		address := fmt.Sprintf("127.0.0.1:%d", firstPort+(offset+addresses.Add(1))%ports)
		if listener, err := net.Listen("tcp", address); err == nil {
			require.NoError(t, listener.Close())
			return address
		}
	}
	require.FailNow(t, "no port is free")
	return ""
}

func portOf(t testing.TB, address string) string {
	t.Helper()
	_, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	return port
}

// Within waits for a state no longer than the given time, and leaves it to the caller what follows.
func Within(t testing.TB, limit time.Duration, state func() bool) {
	t.Helper()
	for deadline := time.Now().Add(limit); !state() && time.Now().Before(deadline); {
		time.Sleep(100 * time.Millisecond)
	}
}
