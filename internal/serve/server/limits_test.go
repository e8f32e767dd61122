package server_test

import (
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

// A client has five seconds for a header, however it sends it, and two minutes between two requests.
func TestServe_SlowSenderIsHungUpOn(t *testing.T) {
	const whole = line + host + "\r\n"
	for name, tc := range map[string]struct {
		send  string
		pause time.Duration // after each byte
		want  time.Duration
	}{
		"nothing":          {"", 0, 5 * time.Second},
		"half a header":    {"GET / HTTP/1.1\r\nHost", 0, 5 * time.Second},
		"a byte a second":  {whole, time.Second, 5 * time.Second},
		"only one request": {whole, 0, 2 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener, stop := start(t, serving(t, "bundle", server.Options{}))
				started, agent := time.Now(), listener.dial()
				var sender sync.WaitGroup
				sender.Go(func() {
					for i := range len(tc.send) {
						if _, err := io.WriteString(agent, tc.send[i:i+1]); err != nil {
							return
						}
						time.Sleep(tc.pause)
					}
				})
				_, err := io.ReadAll(agent)
				require.NoError(t, err)
				require.Equal(t, tc.want, time.Since(started))
				sender.Wait()
				stop()
			})
		})
	}
}

func TestServe_SlowReaderIsHungUpOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		large := strings.Repeat("bundle", 10_000)
		listener, stop := start(t, serving(t, large, server.Options{}))
		agent := listener.dial()
		agent.send(t)
		time.Sleep(61 * time.Second)
		text, err := io.ReadAll(agent)
		require.NoError(t, err)
		require.Less(t, len(text), len(large))
		stop()
	})
}

// The time for writing an answer does not begin before the hold ends.
func TestServe_AnswerAfterHoldHasItsFullTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		handler := serving(t, "bundle", server.Options{})
		listener, stop := start(t, handler)
		agent := listener.dial()
		agent.hold(t)
		time.Sleep(25 * time.Second)
		handler.Publish(map[string][]byte{server.Path: []byte("newer")})
		time.Sleep(55 * time.Second)
		response, err := http.ReadResponse(agent.reader, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.NoError(t, response.Body.Close())
		stop()
	})
}

func TestServe_MaxConnectionsMakesFurtherClientsWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := startWith(t, serving(t, "bundle", server.Options{}), server.Listening{MaxConnections: 1, Log: slog.New(slog.DiscardHandler)})
		first := listener.dial()
		first.load(t)
		connected := make(chan *agent)
		go func() { connected <- listener.dial() }()
		synctest.Wait()
		select {
		case <-connected:
			t.Fatal("a second connection is accepted")
		default:
		}
		require.NoError(t, first.Close())
		second := <-connected
		second.load(t)
		stop()
	})
}

func TestServe_RateHoldsAcrossConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		listener, stop := start(t, serving(t, "bundle", server.Options{Rate: 0.05}))
		for _, want := range []int{200, 200, 429, 429} {
			agent := listener.dial()
			agent.send(t)
			response, _ := agent.receive(t)
			require.Equal(t, want, response.StatusCode)
		}
		stop()
	})
}
