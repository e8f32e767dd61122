package e2e

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// poller is a simulated agent: one connection, over which it polls as OPA does. It is much smaller than OPA, so one machine has
// room for thousands.
type poller struct {
	connection net.Conn
	reader     *bufio.Reader
	etag       string
	requests   int
}

// newPoller connects to an address. It speaks plain HTTP if secure is nil.
func newPoller(address string, secure *tls.Config) (*poller, error) {
	connection, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	if secure != nil {
		connection = tls.Client(connection, secure)
	}
	return &poller{connection: connection, reader: bufio.NewReaderSize(connection, 4096)}, nil
}

// poll asks once, waits for the answer and returns its status.
func (p *poller) poll(wait int) (int, error) {
	ask := "GET /bundles/windows.tar.gz HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\nPrefer: modes=snapshot,delta"
	if wait > 0 {
		ask += ";wait=" + strconv.Itoa(wait)
	}
	if p.etag != "" {
		ask += "\r\nIf-None-Match: " + p.etag
	}
	if err := p.connection.SetDeadline(time.Now().Add(time.Duration(wait)*time.Second + patience)); err != nil {
		return 0, err
	}
	if _, err := io.WriteString(p.connection, ask+"\r\n\r\n"); err != nil {
		return 0, err
	}
	p.requests++
	response, err := http.ReadResponse(p.reader, nil)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	_ = response.Body.Close()
	if err == nil && (response.StatusCode == http.StatusOK || response.StatusCode == http.StatusNotModified) {
		p.etag = response.Header.Get("Etag")
	}
	return response.StatusCode, err
}

// fleet is a group of pollers that have loaded the bundle.
type fleet []*poller

// newFleet connects pollers to an address, over plain HTTP if secure is nil, and lets them load the bundle.
func newFleet(t testing.TB, address string, size int, secure *tls.Config) fleet {
	t.Helper()
	all := make(fleet, size)
	each(t, size, func(i int) error {
		made, err := newPoller(address, secure)
		if err != nil {
			return err
		}
		all[i] = made
		status, err := made.poll(0)
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("answered %d", status)
		}
		return err
	})
	t.Cleanup(func() {
		for _, one := range all {
			_ = one.connection.Close()
		}
	})
	return all
}

// each calls do for every number below count, for some of them at once.
func each(t testing.TB, count int, do func(int) error) {
	t.Helper()
	numbers, problems := make(chan int), make(chan error, count)
	var workers sync.WaitGroup
	for range 64 {
		workers.Go(func() {
			for i := range numbers {
				if err := do(i); err != nil {
					problems <- err
				}
			}
		})
	}
	for i := range count {
		numbers <- i
	}
	close(numbers)
	workers.Wait()
	close(problems)
	require.Empty(t, problems, "%v", <-problems)
}

// wait lets every poller poll long until it gets a bundle. woken waits for all of them and returns when the last one got its
// bundle. A poller repeats a poll that ends with 304, at most five times.
func (f fleet) wait(t testing.TB, hold int) (woken func() time.Time) {
	t.Helper()
	times, problems := make(chan time.Time, len(f)), make(chan error, len(f))
	for _, one := range f {
		go func() {
			for range 5 {
				status, err := one.poll(hold)
				if err == nil && status == http.StatusNotModified {
					continue
				}
				if err == nil && status != http.StatusOK {
					err = fmt.Errorf("answered %d", status)
				}
				times <- time.Now()
				problems <- err
				return
			}
			times <- time.Now()
			problems <- fmt.Errorf("no bundle in five polls")
		}()
	}
	return func() time.Time {
		t.Helper()
		var last time.Time
		for range f {
			require.NoError(t, <-problems)
			if at := <-times; at.After(last) {
				last = at
			}
		}
		return last
	}
}

// memory returns the resident memory of a process in bytes.
func memory(t testing.TB, process int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
	require.NoError(t, err)
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(value)[0])
			require.NoError(t, err)
			return kilobytes << 10
		}
	}
	t.Fatal("no VmRSS")
	return 0
}

// cpu returns the processor time that some processes have used, in seconds.
func cpu(t testing.TB, processes ...int) float64 {
	t.Helper()
	ticks := 0
	for _, process := range processes {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
		require.NoError(t, err)
		fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
		for _, field := range fields[11:13] { // utime and stime
			value, err := strconv.Atoi(field)
			require.NoError(t, err)
			ticks += value
		}
	}
	return float64(ticks) / 100
}
