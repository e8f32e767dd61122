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

// pipes is a listener in memory. With it synctest controls the clock of both sides.
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
	require.NoError(t, a.write(lines...))
}

func (a *agent) write(lines ...string) error {
	text := line + host
	for _, line := range lines {
		text += line + "\r\n"
	}
	_, err := io.WriteString(a, text+"\r\n")
	return err
}

func (a *agent) receive(t *testing.T) (*http.Response, string) {
	t.Helper()
	response, err := http.ReadResponse(a.reader, nil)
	require.NoError(t, err)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	if response.StatusCode != http.StatusBadRequest { // net/http's own 400 has no date
		require.Equal(t, time.Now().UTC().Format(http.TimeFormat), response.Header.Get("Date"))
	}
	return response, string(body)
}

// hangsUp waits until the server closes the connection.
func (a *agent) hangsUp(t *testing.T) {
	t.Helper()
	_, err := a.reader.ReadByte()
	require.ErrorIs(t, err, io.EOF)
}

// start serves plain HTTP without a log, until stop is called. stop waits for the end.
func start(t *testing.T, handler *server.Handler) (listener *pipes, stop func()) {
	t.Helper()
	return startWith(t, handler, server.Listening{MaxConnections: 100, Log: slog.New(slog.DiscardHandler)})
}

func startWith(t *testing.T, handler *server.Handler, listening server.Listening) (listener *pipes, stop func()) {
	t.Helper()
	listener = newPipes()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, handler, listening) }()
	return listener, func() {
		t.Helper()
		cancel()
		require.NoError(t, <-ended)
	}
}

// load fetches the bundle and returns its ETag.
func (a *agent) load(t *testing.T, lines ...string) string {
	t.Helper()
	a.send(t, lines...)
	response, body := a.receive(t)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "bundle", body)
	return response.Header.Get("Etag")
}

// hold loads the bundle, begins a poll and waits until it is held.
func (a *agent) hold(t *testing.T) {
	t.Helper()
	a.send(t, "If-None-Match: "+a.load(t), "Prefer: "+asOPA)
	synctest.Wait()
}
