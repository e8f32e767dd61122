package server

import (
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"sync"
	"time"
)

// connection answers an agent, request after request, as long as they are plain ones that are to be answered with a bundle.
// Agents hardly ever send another. It has one goroutine and, while a poll is held, no buffer: a poll is held by reading, and
// the end of its hold is the deadline of that. So it ends when the agent hangs up, and is woken by moving the deadline.
type connection struct {
	net.Conn
	handler *Handler
	address string
	client  string               // the name of one that nobody knows
	tls     *tls.ConnectionState // nil without TLS

	// The request as it was sent, and as it was read. An agent sends the same bytes until there is another bundle.
	sent    string
	request *http.Request
	buffer  *[bufferSize]byte
	renewed time.Time // when the agent was last given its time, for an answer and the next request

	mutex sync.Mutex
	held  *publication // which the poll has, while it is held
}

// bufferSize is how long a request may be, or else it is net/http's.
const bufferSize = 4096

var buffers = sync.Pool{New: func() any { return new([bufferSize]byte) }}

// errOther says that a request is net/http's.
var errOther = errors.New("not a plain request for a bundle")

func newConnection(conn net.Conn, handler *Handler) *connection {
	address := conn.RemoteAddr().String()
	c := &connection{Conn: conn, handler: handler, address: address, client: byAddress(address)}
	if secure, ok := conn.(*tls.Conn); ok {
		state := secure.ConnectionState()
		c.tls = &state
	}
	return c
}

// serve gives errOther where what was sent last is still to be answered. Anything else is the end of the connection.
func (c *connection) serve() error {
	c.buffer = buffers.Get().(*[bufferSize]byte)
	defer func() { buffers.Put(c.buffer) }()
	if err := c.SetReadDeadline(time.Now().Add(headerTimeout)); err != nil {
		return err
	}
	for {
		if c.handler.draining.Load() {
			return net.ErrClosed
		}
		count, err := c.Read(c.buffer[:])
		if err != nil {
			return err
		}
		if text := c.buffer[:count]; string(text) != c.sent {
			c.sent = string(text)
			c.request = plainRequest(c.sent)
		}
		if err := c.respond(); err != nil {
			return err
		}
	}
}

func (c *connection) respond() error {
	if c.request == nil {
		return errOther
	}
	c.request.RemoteAddr, c.request.TLS = c.address, c.tls
	resource := c.handler.resources[c.request.URL.Path]
	if resource == nil {
		return errOther
	}
	if client, ok := c.handler.authorize(c.request, c.client); !ok || !c.handler.clients.allow(client) {
		return errOther
	}
	return c.handler.bundle(c, c.request, resource)
}

func (c *connection) hold(resource *resource, current *publication, wait time.Duration) error {
	buffers.Put(c.buffer)
	defer func() { c.buffer = buffers.Get().(*[bufferSize]byte) }()
	c.mutex.Lock()
	c.held = current
	err := c.SetReadDeadline(time.Now().Add(wait))
	c.mutex.Unlock()
	var early [1]byte
	count := 0
	// Whoever publishes or stops from here on finds it held.
	if err == nil && resource.current.Load() == current && !c.handler.draining.Load() {
		count, err = c.Read(early[:])
	}
	c.mutex.Lock()
	c.held = nil
	c.mutex.Unlock()
	c.renewed = time.Time{}
	switch {
	case count > 0: // no agent asks again before it is answered
		c.sent += string(early[:count])
		return errOther
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil
	default:
		return err
	}
}

// wake ends the hold of a poll that has what is superseded.
func (c *connection) wake(superseded *publication) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.held == superseded {
		_ = c.SetReadDeadline(longAgo) // where it fails the connection is gone
	}
}

// stop ends the hold of a poll within a moment, and the connection after it, or at once where nothing is asked.
func (c *connection) stop() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	end := longAgo
	if c.held != nil {
		end = time.Now().Add(rand.N(spread))
	}
	_ = c.SetReadDeadline(end) // where it fails the connection is gone
}

var longAgo = time.Unix(1, 0)

func (c *connection) answer(with *reply, body []byte) error {
	now := time.Now()
	if now.Sub(c.renewed) >= time.Second { // not each time: deadlines cost as much as the rest of what is done here
		c.renewed = now
		if err := c.SetDeadline(now.Add(idleTimeout)); err != nil {
			return err
		}
	}
	// The request is read: its buffer is free.
	text := append(c.buffer[:0], with.text...)
	text = append(text, c.handler.dates.line(now)...)
	if c.handler.draining.Load() {
		text = append(text, "Connection: close\r\n"...)
	}
	text = append(text, "\r\n"...)
	first := min(len(body), bufferSize-len(text))
	if _, err := c.Write(append(text, body[:first]...)); err != nil {
		return err
	}
	if first == len(body) {
		return nil
	}
	_, err := c.Write(body[first:])
	return err
}

func (c *connection) refuse(int, string) error { return errOther }
