package server_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

// poll asks as an agent does that has a bundle and waits for the next one.
func poll(ctx context.Context, handler http.Handler, method, prefer, etag string) <-chan *http.Response {
	answer := make(chan *http.Response, 1)
	request := httptest.NewRequestWithContext(ctx, method, server.Path, nil)
	request.Header.Set("Prefer", prefer)
	request.Header.Set("If-None-Match", etag)
	go func() {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		answer <- recorder.Result()
	}()
	return answer
}

const asOPA = "modes=snapshot,delta;wait=30"

func TestPoll_IsHeldAsLongAsTheAgentPrefers(t *testing.T) {
	for name, tc := range map[string]struct {
		prefer      string
		least, most time.Duration
	}{
		"as OPA writes it":                {asOPA, 27 * time.Second, 30 * time.Second},
		"as RFC 7240 writes it":           {"respond-async, wait=30", 27 * time.Second, 30 * time.Second},
		"longer than the server holds":    {"wait=3600", 45 * time.Second, 50 * time.Second},
		"a second is not answered sooner": {"wait=1", time.Second, time.Second},
		"zero is not answered at once":    {"wait=0", time.Second, time.Second},
		"without a wait":                  {"modes=snapshot,delta", 0, 0},
		"another preference, await":       {"await=30", 0, 0},
		"a wait that is not a number":     {"wait=soon", 0, 0},
		"a negative wait":                 {"wait=-1", 0, 0},
		"a wait that is too large":        {"wait=99999999999999999999", 45 * time.Second, 50 * time.Second},
		"a wait beyond every number":      {"wait=1e999", 45 * time.Second, 50 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				handler := serving(t, "bundle", server.Options{})
				etag := ask(t, handler, http.MethodGet, server.Path).Header.Get("Etag")
				started := time.Now()
				response := <-poll(t.Context(), handler, http.MethodGet, tc.prefer, etag)
				require.Equal(t, http.StatusNotModified, response.StatusCode)
				require.Equal(t, etag, response.Header.Get("Etag"))
				require.GreaterOrEqual(t, time.Since(started), tc.least)
				require.LessOrEqual(t, time.Since(started), tc.most)
			})
		})
	}
}

func TestPoll_PublishedBundleAnswersIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := serving(t, "bundle", server.Options{})
		etag := ask(t, handler, http.MethodGet, server.Path).Header.Get("Etag")
		answer := poll(t.Context(), handler, http.MethodGet, asOPA, etag)
		synctest.Wait()
		handler.Publish(map[string][]byte{server.Path: []byte("bundle")})
		synctest.Wait()
		select {
		case <-answer:
			t.Fatal("the same bundle again answers a poll")
		default:
		}
		started := time.Now()
		handler.Publish(map[string][]byte{server.Path: []byte("newer")})
		response := <-answer
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.NotEqual(t, etag, response.Header.Get("Etag"))
		require.Zero(t, time.Since(started))
	})
}

func TestPoll_AgentWithoutBundleDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		handler := serving(t, "bundle", server.Options{})
		require.Equal(t, http.StatusOK, (<-poll(t.Context(), handler, http.MethodGet, asOPA, "")).StatusCode)
		require.Equal(t, http.StatusNotModified, (<-poll(t.Context(), handler, http.MethodHead, asOPA, "*")).StatusCode, "HEAD is not a poll")
		require.Zero(t, time.Since(started))
	})
}

func TestPoll_BeyondMaxWaitersIsRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := serving(t, "bundle", server.Options{MaxHold: time.Minute, MaxWaiters: 1})
		ctx, leave := context.WithCancel(t.Context())
		first := poll(ctx, handler, http.MethodGet, asOPA, "*")
		synctest.Wait()
		response := <-poll(t.Context(), handler, http.MethodGet, asOPA, "*")
		require.Equal(t, http.StatusServiceUnavailable, response.StatusCode, "after a 304 the agent would ask again at once")
		require.NotEmpty(t, response.Header.Get("Retry-After"))
		leave()
		<-first
		held := poll(t.Context(), handler, http.MethodGet, asOPA, "*")
		synctest.Wait()
		handler.Publish(nil)
		require.Equal(t, http.StatusNotFound, (<-held).StatusCode)
	})
}

func TestDrain_ReleasesHeldPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := serving(t, "bundle", server.Options{})
		started := time.Now()
		var held []<-chan *http.Response
		for range 20 {
			held = append(held, poll(t.Context(), handler, http.MethodGet, asOPA, "*"))
		}
		synctest.Wait()
		handler.Drain()
		handler.Drain()
		for _, one := range held {
			response := <-one
			require.Equal(t, http.StatusNotModified, response.StatusCode)
			require.Equal(t, "close", response.Header.Get("Connection"))
		}
		require.LessOrEqual(t, time.Since(started), time.Second)
	})
}
