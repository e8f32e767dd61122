package server_test

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"net"
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

func TestServe_PublishedBundleWakesPollsAndConnectionGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := serving(t, "bundle", server.Options{})
		listener, stop := start(t, handler)
		agent := listener.dial()
		agent.hold(t)
		handler.Publish(map[string][]byte{server.Path: []byte("bundle"), server.SignedPath: []byte("signed")})
		time.Sleep(10 * time.Second)
		started, large := time.Now(), strings.Repeat("newer", 10_000)
		handler.Publish(map[string][]byte{server.Path: []byte(large)})
		response, body := agent.receive(t)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Equal(t, large, body)
		require.Zero(t, time.Since(started))
		handler.Publish(map[string][]byte{server.Path: []byte("bundle")})
		agent.hold(t)
		handler.Publish(map[string][]byte{server.Path: []byte("newer")})
		_, body = agent.receive(t)
		require.Equal(t, "newer", body)
		require.Zero(t, time.Since(started))
		handler.Publish(map[string][]byte{server.Path: []byte("bundle")})
		agent.hold(t)
		response, _ = agent.receive(t)
		require.Equal(t, http.StatusNotModified, response.StatusCode)
		require.GreaterOrEqual(t, time.Since(started), 27*time.Second)
		time.Sleep(100 * time.Second)
		agent.load(t)
		stop()
	})
}

func TestServe_WithdrawnBundleAnswersPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := serving(t, "bundle", server.Options{})
		listener, stop := start(t, handler)
		agent := listener.dial()
		agent.hold(t)
		handler.Publish(nil)
		response, _ := agent.receive(t)
		require.Equal(t, http.StatusNotFound, response.StatusCode)
		stop()
	})
}

func TestServe_RequestSentDuringPollIsAnsweredAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := start(t, serving(t, "bundle", server.Options{}))
		agent := listener.dial()
		agent.hold(t)
		sent := make(chan error, 1)
		go func() { sent <- agent.write() }()
		for _, want := range []int{http.StatusNotModified, http.StatusOK} {
			response, _ := agent.receive(t)
			require.Equal(t, want, response.StatusCode)
		}
		require.NoError(t, <-sent)
		stop()
	})
}

func TestServe_StopAnswersPollsOverOneSecondAndHangsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := start(t, serving(t, "bundle", server.Options{}))
		var agents []*agent
		for range 20 {
			agent := listener.dial()
			agent.hold(t)
			agents = append(agents, agent)
		}
		idle := listener.dial()
		idle.load(t)
		started := time.Now()
		stopped := make(chan struct{})
		go func() { defer close(stopped); stop() }()
		idle.hangsUp(t)
		require.Zero(t, time.Since(started))
		for _, agent := range agents {
			response, _ := agent.receive(t)
			require.Equal(t, http.StatusNotModified, response.StatusCode)
			require.True(t, response.Close)
			agent.hangsUp(t)
		}
		<-stopped
		require.LessOrEqual(t, time.Since(started), 2*time.Second)
		require.Greater(t, time.Since(started), 100*time.Millisecond, "twenty agents would ask another server at once")
	})
}

func TestServe_AgentThatHangsUpDuringPollFreesItsSlot(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := start(t, serving(t, "bundle", server.Options{MaxHold: time.Minute, MaxWaiters: 1}))
		first, second := listener.dial(), listener.dial()
		first.hold(t)
		second.hold(t)
		response, _ := second.receive(t)
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
		require.Equal(t, "5", response.Header.Get("Retry-After"))
		require.NoError(t, first.Close())
		synctest.Wait()
		second.hold(t)
		response, _ = second.receive(t)
		require.Equal(t, http.StatusNotModified, response.StatusCode)
		stop()
	})
}

// The credentials are checked at each request: a token may be removed while a connection is open.
func TestServe_RemovedCredentialsRejectNextRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var isRemoved atomic.Bool
		listener, stop := start(t, serving(t, "bundle", server.Options{
			Authorize: func(r *http.Request) (string, bool) {
				return "east", r.Header.Get("Authorization") == "Bearer secret" && !isRemoved.Load()
			},
		}))
		agent := listener.dial()
		agent.load(t, "Authorization: Bearer secret")
		isRemoved.Store(true)
		agent.send(t, "Authorization: Bearer secret")
		response, _ := agent.receive(t)
		require.Equal(t, http.StatusUnauthorized, response.StatusCode)
		stop()
	})
}

func TestServe_PanicEndsOneConnectionAndIsLogged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log := &strings.Builder{}
		listener, stop := startWith(t, serving(t, "bundle", server.Options{
			Authorize: func(r *http.Request) (string, bool) {
				if r.Header.Get("Authorization") == "" {
					panic("no token")
				}
				return "east", true
			},
		}), server.Listening{Log: slog.New(slog.NewTextHandler(log, nil))})
		bad, good := listener.dial(), listener.dial()
		bad.send(t)
		bad.hangsUp(t)
		good.load(t, "Authorization: Bearer secret")
		stop()
		require.Contains(t, log.String(), "level=ERROR")
		require.Contains(t, log.String(), "no token")
	})
}

func TestServe_TLSWakesPollsAndKnowsClientCertificates(t *testing.T) {
	maker := httptest.NewTLSServer(nil)
	maker.Close()
	certificates := maker.TLS.Certificates
	synctest.Test(t, func(t *testing.T) {
		log := &strings.Builder{}
		handler := serving(t, "bundle", server.Options{
			Authorize: func(r *http.Request) (string, bool) { return "east", len(r.TLS.PeerCertificates) == 1 },
		})
		listener, stop := startWith(t, handler, server.Listening{
			TLS: &tls.Config{Certificates: certificates, ClientAuth: tls.RequestClientCert}, Log: slog.New(slog.NewTextHandler(log, nil)),
		})
		known := newAgent(tls.Client(listener.dial(), &tls.Config{InsecureSkipVerify: true, Certificates: certificates}))
		known.hold(t)
		handler.Publish(map[string][]byte{server.Path: []byte("newer")})
		_, body := known.receive(t)
		require.Equal(t, "newer", body)
		nameless := newAgent(tls.Client(listener.dial(), &tls.Config{InsecureSkipVerify: true}))
		nameless.send(t)
		response, _ := nameless.receive(t)
		require.Equal(t, http.StatusUnauthorized, response.StatusCode)
		plain := listener.dial()
		plain.send(t)
		response, _ = plain.receive(t)
		require.Equal(t, http.StatusBadRequest, response.StatusCode)
		for _, agent := range []*agent{known, nameless} {
			go func() { _, _ = io.Copy(io.Discard, agent) }() // closing TLS waits until the client reads
		}
		stop()
		require.Empty(t, log.String(), "clients could fill the log")
	})
}

func TestServe_ContextEndsItAndReadinessWithIt(t *testing.T) {
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	handler := serving(t, "bundle", server.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- server.Serve(ctx, listener, handler, server.Listening{Log: slog.New(slog.DiscardHandler)})
	}()
	response, err := http.Get("http://" + listener.Addr().String() + server.Path)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	cancel()
	require.NoError(t, <-ended)
	require.Equal(t, http.StatusServiceUnavailable, ask(t, handler, http.MethodGet, "/readyz").StatusCode)
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, "/healthz").StatusCode)
}

func TestServe_ClosedListenerIsAnError(t *testing.T) {
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	err = server.Serve(t.Context(), listener, server.NewHandler(server.Options{}), server.Listening{Log: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "serve 127.0.0.1:")
}
