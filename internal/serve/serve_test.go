package serve_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/bundler"
	"winpolicy/internal/compiled"
	"winpolicy/internal/rego"
	"winpolicy/internal/serve"
	"winpolicy/internal/serve/access"
	"winpolicy/internal/serve/publisher"
	"winpolicy/policies"
)

// newOptions returns valid options: the built-in rules without a configuration, on a free port.
func newOptions() serve.Options {
	return serve.Options{
		Publisher: publisher.Publisher{
			Modules:  func() ([]rego.Module, error) { return rego.Load(policies.FS, bundle.FS) },
			Settings: func(compiled.Facts) (map[string]any, error) { return nil, nil },
		},
		Access:  access.Options{Address: "127.0.0.1:0"},
		MaxHold: time.Minute, MaxWaiters: 1, Rescan: time.Hour,
	}
}

// run starts a server and returns the first line that it prints, and what follows. stop ends it and waits for the end.
func run(t *testing.T, options serve.Options) (line, more string, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	reader, writer := io.Pipe()
	stopped := make(chan error, 1)
	go func() {
		err := serve.Run(ctx, options, writer, slog.New(slog.DiscardHandler))
		_ = writer.CloseWithError(err)
		stopped <- err
	}()
	printed := bufio.NewReader(reader)
	line, err := printed.ReadString('\n')
	require.NoError(t, err)
	rest, err := printed.Peek(printed.Buffered())
	require.NoError(t, err)
	return line, string(rest), func() {
		t.Helper()
		cancel()
		require.NoError(t, <-stopped)
	}
}

func TestRun_PrintsItsURLAndStopsWithItsContext(t *testing.T) {
	line, _, stop := run(t, newOptions())
	fields := regexp.MustCompile(`^serving (http://127\.0\.0\.1:\d+/bundles/windows\.tar\.gz), revision [0-9a-f]{64}\n$`).FindStringSubmatch(line)
	require.NotNil(t, fields, line)
	response, err := http.Get(fields[1])
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)
	http.DefaultClient.CloseIdleConnections()
	stop()
}

func TestRun_InvalidOptionIsAnError(t *testing.T) {
	for want, change := range map[string]func(*serve.Options){
		"--max-hold 10ms is too short":     func(o *serve.Options) { o.MaxHold = 10 * time.Millisecond },
		"--rescan 1ms is too short":        func(o *serve.Options) { o.Rescan = time.Millisecond },
		"must not be negative":             func(o *serve.Options) { o.Rate = -1 },
		"use RS256, or --single-publisher": func(o *serve.Options) { o.Publisher.Key = bundler.KeyFile{Path: "key.pem", Algorithm: "ES256"} },
		"--client-ca needs TLS":            func(o *serve.Options) { o.Access.Files.ClientCA = "ca.pem" },
		"read the tokens":                  func(o *serve.Options) { o.Access.Tokens = "missing" },
		"--admin-addr":                     func(o *serve.Options) { o.Access.AdminAddress = "0.0.0.0:0" },
	} {
		t.Run(want, func(t *testing.T) {
			options := newOptions()
			change(&options)
			require.ErrorContains(t, serve.Run(t.Context(), options, io.Discard, slog.New(slog.DiscardHandler)), want)
		})
	}
}

// /fleet shows what the agents posted. Where the server asks for credentials, or other machines reach it, only the admin server
// has the pages.
func TestRun_ShowsTheFleetToThisMachineOnly(t *testing.T) {
	for name, tc := range map[string]struct {
		change      func(*serve.Options)
		want, trial int
	}{
		"loopback without credentials": {func(*serve.Options) {}, http.StatusOK, http.StatusOK},
		"an address of the network": {func(o *serve.Options) { o.Access.Address, o.Access.InsecureHTTP = "0.0.0.0:0", true },
			http.StatusNotFound, http.StatusRequestEntityTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			options := newOptions()
			tc.change(&options)
			line, more, stop := run(t, options)
			fields := regexp.MustCompile(`:(\d+)/bundles/windows\.tar\.gz, revision ([0-9a-f]{64})\n$`).FindStringSubmatch(line)
			require.NotNil(t, fields, line)
			url := "http://127.0.0.1:" + fields[1]
			response, err := http.Post(url+"/status", "application/json", strings.NewReader(
				`{"labels": {"id": "<script>"}, "bundles": {"windows": {"active_revision": "`+fields[2]+`"}}}`))
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Equal(t, http.StatusNoContent, response.StatusCode)
			require.Equal(t, tc.want == http.StatusOK, strings.HasPrefix(more, "open "+url+"/ to see"), more)
			require.Equal(t, tc.want, statusOf(t, http.MethodGet, url+"/", ""))
			require.Equal(t, tc.trial, statusOf(t, http.MethodPost, url+"/try", "manifest=a"))
			response, err = http.Get(url + "/fleet")
			require.NoError(t, err)
			var overview struct {
				Sources        []struct{ Source string }
				Revision       string
				Total, Current int
			}
			require.Equal(t, tc.want, response.StatusCode)
			if tc.want == http.StatusOK {
				require.NoError(t, json.NewDecoder(response.Body).Decode(&overview))
				require.Equal(t, "bundle", overview.Sources[0].Source)
				require.Equal(t, fields[2], overview.Revision)
				require.Equal(t, []int{1, 1}, []int{overview.Total, overview.Current})
			}
			require.NoError(t, response.Body.Close())
			http.DefaultClient.CloseIdleConnections()
			stop()
		})
	}
}

// statusOf sends a form, or nothing, and returns the status of the answer.
func statusOf(t *testing.T, method, url, form string) int {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(form))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	return response.StatusCode
}
