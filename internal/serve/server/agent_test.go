package server_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

// pipes is a listener in memory, for tests by a clock of their own.
type pipes struct {
	made   chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newPipes() *pipes { return &pipes{made: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.made:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error   { p.once.Do(func() { close(p.closed) }); return nil }
func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

// agent is a connection to a server.
type agent struct {
	net.Conn
	reader *bufio.Reader
}

func (p *pipes) dial() *agent {
	near, far := net.Pipe()
	p.made <- far
	return newAgent(near)
}

func newAgent(conn net.Conn) *agent { return &agent{conn, bufio.NewReader(conn)} }

// send writes a request, in one piece.
func (a *agent) send(t *testing.T, lines ...string) {
	t.Helper()
	text := "GET " + server.Path + " HTTP/1.1\r\nHost: a\r\n"
	for _, line := range lines {
		text += line + "\r\n"
	}
	_, err := io.WriteString(a, text+"\r\n")
	require.NoError(t, err)
}

func (a *agent) receive(t *testing.T) (*http.Response, string) {
	t.Helper()
	response, err := http.ReadResponse(a.reader, nil)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	if response.StatusCode != http.StatusBadRequest { // net/http's own has none
		require.Equal(t, time.Now().UTC().Format(http.TimeFormat), response.Header.Get("Date"))
	}
	return response, string(body)
}

// start serves until stop is called, which waits for the end.
func start(t *testing.T, handler *server.Handler) (listener *pipes, stop func()) {
	t.Helper()
	return startListening(t, handler, server.Listening{MaxConnections: 100})
}

func startListening(t *testing.T, handler *server.Handler, listening server.Listening) (listener *pipes, stop func()) {
	t.Helper()
	listener, listening.Log = newPipes(), slog.New(slog.DiscardHandler)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, handler, listening) }()
	return listener, func() {
		t.Helper()
		cancel()
		require.NoError(t, <-ended)
	}
}

// load fetches the bundle and gives its ETag.
func (a *agent) load(t *testing.T, lines ...string) string {
	t.Helper()
	a.send(t, lines...)
	response, body := a.receive(t)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "bundle", body)
	return response.Header.Get("Etag")
}

// hold begins a poll and waits until it is held.
func (a *agent) hold(t *testing.T, lines ...string) {
	t.Helper()
	a.send(t, append(lines, "If-None-Match: "+a.load(t, lines...), "Prefer: "+asOPA)...)
	synctest.Wait()
}

// kinds are how an agent asks, and how one does whose polls are net/http's.
var kinds = map[string][]string{"by an agent": nil, "by another": {"Connection: keep-alive"}}

// eachKind tests both kinds, by a clock that is the test's own.
func eachKind(t *testing.T, test func(t *testing.T, lines []string)) {
	for name, lines := range kinds {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, lines) })
		})
	}
}
