package server

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"runtime/debug"
	"strings"
	"sync"
	"time"
)

// front is the listener of a net/http server. It answers plain requests for bundles itself, in less time and memory; a
// connection that asks for anything else is the server's from then on, with what was read of it.
type front struct {
	net.Listener
	handler *Handler
	log     *slog.Logger
	others  chan net.Conn
	failed  chan error
	closed  chan struct{}
	close   sync.Once
	running sync.WaitGroup
}

func newFront(listener net.Listener, handler *Handler, log *slog.Logger) *front {
	f := &front{
		Listener: listener, handler: handler, log: log,
		others: make(chan net.Conn), failed: make(chan error), closed: make(chan struct{}),
	}
	f.running.Go(f.listen)
	return f
}

// Accept gives the server what is left to it, and the listener's errors.
func (f *front) Accept() (net.Conn, error) {
	select {
	case conn := <-f.others:
		return conn, nil
	case err := <-f.failed:
		return nil, err
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close ends listening, and not the connections.
func (f *front) Close() error {
	f.close.Do(func() { close(f.closed) })
	return f.Listener.Close()
}

// wait waits until every connection has come to its end; when the context ends they are cut.
func (f *front) wait(ctx context.Context) {
	cut := context.AfterFunc(ctx, func() {
		f.handler.connections.each(func(c *connection) { _ = c.Close() }) // it may be gone
	})
	defer cut()
	f.running.Wait()
}

// listen goes on after an error as fast as the server takes it, which waits longer each time.
func (f *front) listen() {
	for {
		conn, err := f.Listener.Accept()
		if err == nil {
			f.running.Go(func() { f.greet(conn) })
			continue
		}
		select {
		case f.failed <- err:
		case <-f.closed:
			return
		}
	}
}

func (f *front) greet(conn net.Conn) {
	if secure, ok := conn.(*tls.Conn); ok {
		_ = secure.SetDeadline(time.Now().Add(headerTimeout)) // where it fails so does the handshake
		if secure.Handshake() != nil {
			f.pass(conn) // the server has the same error, and says it in its own way
			return
		}
	}
	// Handshakes take a deep stack, which this goroutine would keep through all the polls that follow.
	f.running.Go(func() { f.serve(newConnection(conn, f.handler)) })
}

func (f *front) serve(c *connection) {
	defer func() {
		if problem := recover(); problem != nil {
			f.log.Error("a connection is given up", "panic", problem, "stack", string(debug.Stack()))
			_ = c.Close()
		}
	}()
	f.handler.connections.add(c)
	defer f.handler.connections.remove(c)
	if err := c.serve(); !errors.Is(err, errOther) {
		_ = c.Close() // the agent is gone, or sent away
		return
	}
	again := &replay{Conn: c.Conn, unread: strings.NewReader(c.sent)}
	if secure, ok := c.Conn.(*tls.Conn); ok {
		f.pass(&secureReplay{again, secure})
		return
	}
	f.pass(again)
}

func (f *front) pass(conn net.Conn) {
	select {
	case f.others <- conn:
	case <-f.closed:
		_ = conn.Close()
	}
}

// replay is a connection of which something was read that is still to be answered.
type replay struct {
	net.Conn
	unread *strings.Reader
}

func (r *replay) Read(into []byte) (int, error) {
	if r.unread.Len() > 0 {
		return r.unread.Read(into)
	}
	return r.Conn.Read(into)
}

// secureReplay tells net/http of the client's certificate.
type secureReplay struct {
	*replay
	secure *tls.Conn
}

func (r *secureReplay) ConnectionState() tls.ConnectionState { return r.secure.ConnectionState() }
