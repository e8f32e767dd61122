package server_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

const (
	line = "GET " + server.Path + " HTTP/1.1\r\n"
	host = "Host: a\r\n"
	etag = `If-None-Match: "9c3e7a1f00000000000000000000000000000000000000000000000000000000"` + "\r\n"
)

// plain are requests as agents send them, and others that are read alike.
var plain = []string{
	line + host + "\r\n",
	line + host + "User-Agent: Open Policy Agent/1.22.2 (linux, amd64)\r\nPrefer: modes=snapshot,delta\r\nAccept-Encoding: gzip\r\n\r\n",
	line + host + "If-None-Match: *\r\nPrefer: modes=snapshot,delta;wait=30\r\n\r\n",
	line + host + etag + "Prefer: wait=30\r\nAuthorization: Bearer secret\r\n\r\n",
	line + host + etag + "if-none-match: W/\"a\", *\r\n\r\n",
	"HEAD " + server.Path + " HTTP/1.1\r\n" + host + "\r\n",
	"HEAD " + server.Path + " HTTP/1.1\r\n" + host + "If-None-Match: *\r\nPrefer: wait=5\r\n\r\n",
	"GET " + server.SignedPath + " HTTP/1.1\r\n" + host + "\r\n",
	"GET /healthz HTTP/1.1\r\n" + host + "\r\n",
	"GET " + server.Path + "?a=b HTTP/1.1\r\n" + host + "\r\n",
	"GET //a" + server.Path + " HTTP/1.1\r\n" + host + "\r\n",
	"GET /bundles/%77indows.tar.gz HTTP/1.1\r\n" + host + "\r\n",
	line + host + "Content-Length: 0\r\n\r\n",
	line + host + "X: a\r\n b\r\n\r\n",
	strings.ReplaceAll(line+host+"\r\n", "\r\n", "\n"),
}

// others are net/http's.
var others = []string{
	"GET http://elsewhere" + server.Path + " HTTP/1.1\r\n" + host + "\r\n",
	line + "\r\n",
	line + "Host: \r\n\r\n",
	line + "Host: a b\r\n\r\n",
	line + host + host + "\r\n",
	line + host + "Content-Length: 3\r\n\r\n",
	line + host + "Content-Length: 3\r\n\r\nabc",
	line + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
	line + host + "Transfer-Encoding: chunked\r\n\r\n",
	line + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
	line + host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
	line + host + "Connection: close\r\n\r\n",
	line + host + "Connection: keep-alive\r\n\r\n",
	line + host + "Expect: 100-continue\r\n\r\n",
	line + host + "Expect: nothing\r\n\r\n",
	line + host + "X: a\x00b\r\n\r\n",
	line + host + "X : a\r\n\r\n",
	line + host + "Transfer-Encoding : chunked\r\n\r\n",
	line + host + "X: a\x7f\r\n\r\n",
	line + host + "X\x01: a\r\n\r\n",
	line + host + ": a\r\n\r\n",
	"\r\n" + line + host + "\r\n",
	"GET " + server.Path + " HTTP/1.0\r\n\r\n",
	"GET " + server.Path + " HTTP/1.0\r\nConnection: keep-alive\r\n" + host + "\r\n",
	"GET " + server.Path + " HTTP/1.2\r\n" + host + "\r\n",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
	"POST " + server.Path + " HTTP/1.1\r\n" + host + "\r\n",
	line + host,
	line + host + "\r\n" + line + host + "\r\n",
	line + host + "\r\n" + line + host + "If-None-Match: *\r\nPrefer: wait=5\r\n\r\n" + line + host + "\r\n",
	"hello\r\n\r\n",
}

// Whatever is sent, this package and net/http's server alone answer it alike.
func FuzzAnswersAreThoseOfNetHTTP(f *testing.F) {
	for _, text := range append(plain, others...) {
		f.Add([]byte(text))
	}
	f.Add([]byte(line + host + "X: " + strings.Repeat("x", 5000) + "\r\n\r\n")) // longer than what is read at once
	f.Fuzz(func(t *testing.T, text []byte) {
		synctest.Test(t, func(t *testing.T) {
			handler := serving(t, "bundle", server.Options{})
			listener, stop := start(t, handler)
			got := answers(t, listener, text)
			stop()
			handler = serving(t, "bundle", server.Options{})
			reference, plain := server.NewHTTP(handler, slog.New(slog.DiscardHandler)), newPipes()
			go func() { _ = reference.Serve(plain) }() // it is closed
			want := answers(t, plain, text)
			require.NoError(t, reference.Close())
			require.Equal(t, want, got)
		})
	})
}

// answers sends something twice, and gives all that is answered until the server hangs up.
func answers(t *testing.T, listener *pipes, text []byte) string {
	t.Helper()
	agent := listener.dial()
	go func() {
		for range 2 { // the second is not read again by those who know it
			_, _ = agent.Write(text) // whoever has hung up reads no more
			time.Sleep(time.Minute)
		}
	}()
	all := &strings.Builder{}
	for {
		response, err := http.ReadResponse(agent.reader, &http.Request{Method: method(text)})
		if err != nil {
			fmt.Fprintln(all, err)
			_ = agent.Close()
			time.Sleep(time.Hour) // so that both have ended
			return all.String()
		}
		body, err := io.ReadAll(response.Body)
		response.Header.Del("Date")
		fmt.Fprintln(all, response.Status, response.Header, response.Close, string(body), err)
	}
}

func method(text []byte) string {
	if bytes.HasPrefix(text, []byte("HEAD ")) {
		return http.MethodHead
	}
	return http.MethodGet
}

func TestWhatAgentsSendIsAnsweredWithoutNetHTTP(t *testing.T) {
	for _, text := range plain {
		require.True(t, server.IsPlain(text), text)
	}
	for _, text := range others {
		require.False(t, server.IsPlain(text), text)
	}
}
