package server_test

import (
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

// One goroutine holds the poll, and net/http's other one notices when the agent hangs up.
func TestServe_HeldPollTakesTwoGoroutinesAndLeavesNone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := start(t, serving(t, "bundle", server.Options{}))
		synctest.Wait()
		before := goroutines()
		agents := make([]*agent, 50)
		for i := range agents {
			agents[i] = listener.dial()
			agents[i].hold(t)
		}
		require.Equal(t, before+2*len(agents), goroutines())
		for _, agent := range agents {
			require.NoError(t, agent.Close())
		}
		synctest.Wait()
		require.Equal(t, before, goroutines())
		stop()
	})
}

// goroutines counts those of the test's bubble.
func goroutines() int {
	text := make([]byte, 1<<20)
	return strings.Count(string(text[:runtime.Stack(text, true)]), "synctest bubble")
}

// sink is a writer that keeps nothing.
type sink struct{ header http.Header }

func (s sink) Header() http.Header          { return s.header }
func (sink) Write(text []byte) (int, error) { return len(text), nil }
func (sink) WriteHeader(int)                {}
func (sink) Flush()                         {}

func TestHandler_RequestAllocatesLittle(t *testing.T) {
	handler := serving(t, "bundle", server.Options{Rate: 1e9})
	etag := ask(t, handler, http.MethodGet, server.Path).Header.Get("Etag")
	for name, tc := range map[string]struct {
		known string
		most  float64
	}{
		"304": {etag, 1}, // the client's name
		"200": {"", 5},   // and a goroutine that sends it
	} {
		t.Run(name, func(t *testing.T) {
			request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, server.Path, nil)
			request.Header.Set("If-None-Match", tc.known)
			request.Header.Set("Prefer", "modes=snapshot,delta")
			writer := sink{http.Header{}}
			require.LessOrEqual(t, testing.AllocsPerRun(1000, func() { handler.ServeHTTP(writer, request) }), tc.most)
		})
	}
}
