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

// corpus maps what a client sends, twice on one connection, to the statuses that it gets until the server hangs up.
// It is also where the fuzzer starts.
var corpus = map[string]string{
	line + host + "\r\n": "200 200",
	line + host + "User-Agent: Open Policy Agent/1.22.2 (linux, amd64)\r\nPrefer: modes=snapshot,delta\r\nAccept-Encoding: gzip\r\n\r\n": "200 200",
	line + host + "If-None-Match: *\r\nPrefer: modes=snapshot,delta;wait=30\r\n\r\n":                                                     "304 304",
	line + host + etag + "Prefer: wait=30\r\nAuthorization: Bearer secret\r\n\r\n":                                                       "200 200",
	line + host + etag + "if-none-match: W/\"a\", *\r\n\r\n":                                                                             "304 304",
	"HEAD " + server.Path + " HTTP/1.1\r\n" + host + "\r\n":                                                                              "200 200",
	"HEAD " + server.Path + " HTTP/1.1\r\n" + host + "If-None-Match: *\r\nPrefer: wait=5\r\n\r\n":                                        "304 304",
	"GET " + server.SignedPath + " HTTP/1.1\r\n" + host + "\r\n":                                                                         "404 404",
	"GET /healthz HTTP/1.1\r\n" + host + "\r\n":                                                                                          "200 200",
	"GET " + server.Path + "?a=b HTTP/1.1\r\n" + host + "\r\n":                                                                           "200 200",
	"GET //a" + server.Path + " HTTP/1.1\r\n" + host + "\r\n":                                                                            "404 404",
	"GET /bundles/%77indows.tar.gz HTTP/1.1\r\n" + host + "\r\n":                                                                         "404 404",
	"GET /bundles%2Fwindows.tar.gz HTTP/1.1\r\n" + host + "\r\n":                                                                         "404 404",
	line + host + "Content-Length: 0\r\n\r\n":                                                                                            "200 200",
	line + host + "X: a\r\n b\r\n\r\n":                                                                                                   "200 200",
	strings.ReplaceAll(line+host+"\r\n", "\r\n", "\n"):                                                                                   "200 200",
	line + host + "X: " + strings.Repeat("x", 5000) + "\r\n\r\n":                                                                         "200 200",
	line + host + "X: " + strings.Repeat("x", 15<<10) + "\r\n\r\n":                                                                       "200 200",
	line + host + "X: " + strings.Repeat("x", 64<<10) + "\r\n\r\n":                                                                       "431",
	"GET http://elsewhere" + server.Path + " HTTP/1.1\r\n" + host + "\r\n":                                                               "200 200",
	line + "\r\n":                                                                    "400",
	line + "Host: \r\n\r\n":                                                          "200 200",
	line + "Host: a b\r\n\r\n":                                                       "400",
	line + host + host + "\r\n":                                                      "400",
	line + host + "Content-Length: 3\r\n\r\n":                                        "413",
	line + host + "Content-Length: 3\r\n\r\nabc":                                     "413",
	line + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc":                "400",
	line + host + "Transfer-Encoding: chunked\r\n\r\n":                               "413",
	line + host + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n":                      "413",
	line + host + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n":                     "400",
	line + host + "Transfer-Encoding : chunked\r\n\r\n":                              "400",
	line + host + "Connection: close\r\n\r\n":                                        "200",
	line + host + "Connection: keep-alive\r\n\r\n":                                   "200 200",
	line + host + "Expect: 100-continue\r\n\r\n":                                     "200 200",
	line + host + "Expect: nothing\r\n\r\n":                                          "417",
	line + host + "X: a\x00b\r\n\r\n":                                                "400",
	line + host + "X : a\r\n\r\n":                                                    "400",
	line + host + "X: a\x7f\r\n\r\n":                                                 "400",
	line + host + "X\x01: a\r\n\r\n":                                                 "400",
	line + host + ": a\r\n\r\n":                                                      "400",
	"\r\n" + line + host + "\r\n":                                                    "400",
	"GET " + server.Path + " HTTP/1.0\r\n\r\n":                                       "200",
	"GET " + server.Path + " HTTP/1.0\r\nConnection: keep-alive\r\n" + host + "\r\n": "200 200",
	"GET " + server.Path + " HTTP/1.2\r\n" + host + "\r\n":                           "200 200",
	"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n":                                               "505",
	"POST " + server.Path + " HTTP/1.1\r\n" + host + "\r\n":                          "405 405",
	line + host: "",
	line + host + "\r\n" + line + host + "\r\n":                                                              "200 200 200 200",
	line + host + "\r\n" + line + host + "If-None-Match: *\r\nPrefer: wait=5\r\n\r\n" + line + host + "\r\n": "200 304 200 200 304 200",
	"hello\r\n\r\n": "400",
	"":              "",
}

func TestServe_AnswersCorpus(t *testing.T) {
	for text, want := range corpus {
		t.Run(fmt.Sprintf("%.40q", strings.TrimPrefix(text, line)), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				listener, stop := start(t, serving(t, "bundle", server.Options{}))
				var got []string
				for _, answer := range answers(listener, []byte(text)) {
					got = append(got, fmt.Sprint(answer.StatusCode))
				}
				stop()
				require.Equal(t, want, strings.Join(got, " "))
			})
		})
	}
}

// FuzzServe_AnyRequest holds that any bytes get a known status or no answer, that only a bundle path gives the bundle,
// and that the server stops without a goroutine left: synctest fails if one is.
func FuzzServe_AnyRequest(f *testing.F) {
	for text := range corpus {
		f.Add([]byte(text))
	}
	statuses := []int{100, 200, 304, 400, 404, 405, 413, 417, 431, 501, 503, 505}
	f.Fuzz(func(t *testing.T, text []byte) {
		synctest.Test(t, func(t *testing.T) {
			log := &strings.Builder{}
			listener, stop := startWith(t, serving(t, "bundle", server.Options{}), server.Listening{Log: slog.New(slog.NewTextHandler(log, nil))})
			for _, answer := range answers(listener, text) {
				require.Contains(t, statuses, answer.StatusCode)
				if answer.Header.Get("Etag") != "" && answer.StatusCode == http.StatusOK {
					require.Equal(t, "application/vnd.openpolicyagent.bundles", answer.Header.Get("Content-Type"))
					require.Contains(t, []string{"", "bundle"}, answer.body)
				}
			}
			stop()
			require.Empty(t, log.String())
		})
	})
}

// read is an answer with its body.
type read struct {
	*http.Response
	body string
}

// answers sends a text twice over one connection and returns what is answered until the server hangs up.
func answers(listener *pipes, text []byte) []read {
	agent := listener.dial()
	go func() {
		for range 2 {
			_, _ = agent.Write(text) // the server may have hung up
			time.Sleep(time.Minute)
		}
	}()
	var all []read
	for {
		response, err := http.ReadResponse(agent.reader, &http.Request{Method: method(text)})
		if err != nil {
			_ = agent.Close()
			time.Sleep(time.Hour) // both sides end
			return all
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			body = nil
		}
		all = append(all, read{response, string(body)})
	}
}

func method(text []byte) string {
	if bytes.HasPrefix(text, []byte("HEAD ")) {
		return http.MethodHead
	}
	return http.MethodGet
}
