package server_test

import (
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

func TestAPollIsWokenByWhatIsPublishedAndTheConnectionGoesOn(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		handler := serving(t, "bundle", server.Options{})
		listener, stop := start(t, handler)
		agent := listener.dial()
		agent.hold(t, lines...)
		handler.Publish(map[string][]byte{server.Path: []byte("bundle"), server.SignedPath: []byte("signed")})
		time.Sleep(10 * time.Second)
		started, large := time.Now(), strings.Repeat("newer", 10_000)
		handler.Publish(map[string][]byte{server.Path: []byte(large)})
		response, body := agent.receive(t)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Equal(t, large, body)
		require.Zero(t, time.Since(started))
		handler.Publish(map[string][]byte{server.Path: []byte("bundle")})
		agent.hold(t, lines...)
		handler.Publish(map[string][]byte{server.Path: []byte("newer")})
		_, body = agent.receive(t)
		require.Equal(t, "newer", body)
		require.Zero(t, time.Since(started))
		handler.Publish(map[string][]byte{server.Path: []byte("bundle")})
		agent.hold(t, lines...)
		response, _ = agent.receive(t)
		require.Equal(t, http.StatusNotModified, response.StatusCode)
		require.GreaterOrEqual(t, time.Since(started), 27*time.Second)
		time.Sleep(100 * time.Second)
		agent.load(t, lines...)
		stop()
	})
}

func TestAPollWhoseBundleIsWithdrawnIsAnswered(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		handler := serving(t, "bundle", server.Options{})
		listener, stop := start(t, handler)
		agent := listener.dial()
		agent.hold(t, lines...)
		handler.Publish(nil)
		response, _ := agent.receive(t)
		require.Equal(t, http.StatusNotFound, response.StatusCode)
		stop()
	})
}

func TestWhatIsSentWhileAPollIsHeldIsAnsweredAfterIt(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		listener, stop := start(t, serving(t, "bundle", server.Options{}))
		agent := listener.dial()
		agent.hold(t, lines...)
		go agent.send(t, lines...)
		for _, want := range []int{http.StatusNotModified, http.StatusOK} {
			response, _ := agent.receive(t)
			require.Equal(t, want, response.StatusCode)
		}
		stop()
	})
}

func TestStoppingAnswersPollsWithinASecondAndHangsUp(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		listener, stop := start(t, serving(t, "bundle", server.Options{}))
		var agents []*agent
		for range 20 {
			agent := listener.dial()
			agent.hold(t, lines...)
			agents = append(agents, agent)
		}
		idle := listener.dial()
		idle.load(t, lines...)
		started := time.Now()
		stopped := make(chan struct{})
		go func() { defer close(stopped); stop() }()
		_, err := idle.reader.ReadByte()
		require.ErrorIs(t, err, io.EOF)
		require.Zero(t, time.Since(started))
		for _, agent := range agents {
			response, _ := agent.receive(t)
			require.Equal(t, http.StatusNotModified, response.StatusCode)
			require.True(t, response.Close)
			_, err := agent.reader.ReadByte()
			require.ErrorIs(t, err, io.EOF)
		}
		<-stopped
		require.LessOrEqual(t, time.Since(started), 2*time.Second)
		require.Greater(t, time.Since(started), 100*time.Millisecond, "twenty agents do not all turn to another server at once")
	})
}

func TestAnAgentThatHangsUpWhileItWaitsMakesRoom(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		listener, stop := start(t, serving(t, "bundle", server.Options{MaxHold: time.Minute, MaxWaiters: 1}))
		first, second := listener.dial(), listener.dial()
		first.hold(t, lines...)
		second.hold(t, lines...)
		response, _ := second.receive(t)
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		require.NotEmpty(t, response.Header.Get("Retry-After"))
		require.NoError(t, first.Close())
		synctest.Wait()
		second.hold(t, lines...)
		response, _ = second.receive(t)
		require.Equal(t, http.StatusNotModified, response.StatusCode)
		stop()
	})
}

func TestAnAgentThatSaysNothingIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := start(t, serving(t, "bundle", server.Options{}))
		for send, after := range map[string]time.Duration{
			"":                       5 * time.Second,
			"GET / HTTP/1.1\r\nHost": 5 * time.Second,
			"GET " + server.Path + " HTTP/1.1\r\nHost: a\r\n\r\n": 2 * time.Minute,
		} {
			started, agent := time.Now(), listener.dial()
			_, err := io.WriteString(agent, send)
			require.NoError(t, err)
			_, err = io.ReadAll(agent)
			require.NoError(t, err)
			require.Equal(t, after, time.Since(started), send)
		}
		stop()
	})
}

// What is allowed is asked at each request: a token may be gone, while the connection and what it sends stay the same.
func TestARequestThatWasAllowedIsNotAllowedForEver(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		var refused atomic.Bool
		listener, stop := start(t, serving(t, "bundle", server.Options{
			Authorize: func(r *http.Request) (string, bool) {
				return "east", r.Header.Get("Authorization") == "Bearer secret" && !refused.Load()
			},
		}))
		agent := listener.dial()
		agent.load(t, append(lines, "Authorization: Bearer secret")...)
		refused.Store(true)
		agent.send(t, append(lines, "Authorization: Bearer secret")...)
		response, _ := agent.receive(t)
		require.Equal(t, http.StatusUnauthorized, response.StatusCode)
		stop()
	})
}

func TestTheRateHoldsOverConnections(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		listener, stop := start(t, serving(t, "bundle", server.Options{Rate: 0.05}))
		for _, want := range []int{200, 200, 429, 429} {
			agent := listener.dial()
			agent.send(t, lines...)
			response, _ := agent.receive(t)
			require.Equal(t, want, response.StatusCode)
		}
		stop()
	})
}

// One connection is not worth all others.
func TestAPanicEndsOneConnection(t *testing.T) {
	eachKind(t, func(t *testing.T, lines []string) {
		listener, stop := start(t, serving(t, "bundle", server.Options{
			Authorize: func(r *http.Request) (string, bool) {
				if r.Header.Get("Authorization") == "" {
					panic("no token")
				}
				return "east", true
			},
		}))
		bad, good := listener.dial(), listener.dial()
		bad.send(t, lines...)
		_, err := bad.reader.ReadByte()
		require.Error(t, err)
		good.load(t, append(lines, "Authorization: Bearer secret")...)
		stop()
	})
}

// TLS knows no more of deadlines than that they end reading.
func TestOverTLSPollsAreWokenAndCertificatesKnown(t *testing.T) {
	maker := httptest.NewTLSServer(nil)
	maker.Close()
	certificates := maker.TLS.Certificates
	eachKind(t, func(t *testing.T, lines []string) {
		handler := serving(t, "bundle", server.Options{
			Authorize: func(r *http.Request) (string, bool) { return "east", len(r.TLS.PeerCertificates) == 1 },
		})
		listener, stop := startListening(t, handler, server.Listening{
			TLS: &tls.Config{Certificates: certificates, ClientAuth: tls.RequestClientCert},
		})
		known := newAgent(tls.Client(listener.dial(), &tls.Config{InsecureSkipVerify: true, Certificates: certificates}))
		known.hold(t, lines...)
		handler.Publish(map[string][]byte{server.Path: []byte("newer")})
		_, body := known.receive(t)
		require.Equal(t, "newer", body)
		nameless := newAgent(tls.Client(listener.dial(), &tls.Config{InsecureSkipVerify: true}))
		nameless.send(t, lines...)
		response, _ := nameless.receive(t)
		require.Equal(t, http.StatusUnauthorized, response.StatusCode)
		plain := listener.dial()
		plain.send(t, lines...)
		response, _ = plain.receive(t)
		require.Equal(t, http.StatusBadRequest, response.StatusCode)
		for _, agent := range []*agent{known, nameless} {
			go func() { _, _ = io.Copy(io.Discard, agent) }() // TLS says good-bye, and waits until it is heard
		}
		stop()
	})
}
