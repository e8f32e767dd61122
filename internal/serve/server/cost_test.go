package server_test

import (
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

// A held poll is the smallest thing that Go can wait with: one goroutine. net/http has two.
func TestAHeldPollIsOneGoroutineAndLeavesNoneBehind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := start(t, serving(t, "bundle", server.Options{}))
		synctest.Wait()
		before := goroutines()
		agents := make([]*agent, 50)
		for i := range agents {
			agents[i] = listener.dial()
			agents[i].hold(t)
		}
		require.Equal(t, before+len(agents), goroutines())
		for _, agent := range agents {
			require.NoError(t, agent.Close())
		}
		synctest.Wait()
		require.Equal(t, before, goroutines())
		stop()
	})
}

// goroutines are those of the test's bubble.
func goroutines() int {
	text := make([]byte, 1<<20)
	return strings.Count(string(text[:runtime.Stack(text, true)]), "synctest bubble")
}

// again sends the same request so many times.
type again struct {
	net.Conn
	request string
	left    int
}

func (a *again) Read(into []byte) (int, error) {
	if a.left--; a.left < 0 {
		return 0, io.EOF
	}
	return copy(into, a.request), nil
}
func (*again) Write(text []byte) (int, error)  { return len(text), nil }
func (*again) RemoteAddr() net.Addr            { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1} }
func (*again) SetDeadline(time.Time) error     { return nil }
func (*again) SetReadDeadline(time.Time) error { return nil }

func TestARequestThatIsKnownAllocatesNothing(t *testing.T) {
	handler := serving(t, "bundle", server.Options{Rate: 1e9})
	etag := ask(t, handler, http.MethodGet, server.Path).Header.Get("Etag")
	for name, lines := range map[string]string{
		"answered 200": "",
		"answered 304": "If-None-Match: " + etag + "\r\nPrefer: modes=snapshot,delta\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			const requests = 10_000
			allocated := testing.AllocsPerRun(1, func() {
				agent := &again{request: line + host + lines + "\r\n", left: requests}
				require.ErrorIs(t, server.Answer(handler, agent), io.EOF)
			})
			require.Less(t, allocated/requests, 0.1)
		})
	}
}
