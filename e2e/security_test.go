package e2e

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestServe_InsecureOptionsAreRejected(t *testing.T) {
	for name, tc := range map[string]struct {
		args []string
		want string
	}{
		"a network address without TLS":   {[]string{"--addr", "0.0.0.0:0"}, "needs TLS; name --tls-cert and --tls-key, or allow plain text with --insecure-http"},
		"an admin address on the network": {[]string{"--addr", "127.0.0.1:0", "--admin-addr", "0.0.0.0:0"}, "use a loopback address"},
		"a certificate without key":       {[]string{"--tls-cert", "cert.pem"}, "--tls-cert and --tls-key belong together; name both"},
		"a CA without certificate":        {[]string{"--client-ca", "ca.pem"}, "name --tls-cert and --tls-key too"},
		"a missing certificate":           {[]string{"--tls-cert", "cert.pem", "--tls-key", "key.pem"}, "read the certificate cert.pem"},
		"missing tokens":                  {[]string{"--tokens", "tokens"}, "read the tokens"},
		"a missing key":                   {[]string{"--signing-key", "key.pem"}, "read the signing key"},
		"signatures that differ":          {[]string{"--signing-key", "key.pem", "--signing-alg", "ES256"}, "use RS256, or --single-publisher"},
	} {
		t.Run(name, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), winpolicy(t), append([]string{"serve"}, tc.args...)...)
			command.Dir = t.TempDir()
			text, err := command.CombinedOutput()
			require.Error(t, err)
			require.Equal(t, 2, command.ProcessState.ExitCode())
			require.Contains(t, string(text), tc.want)
		})
	}
}

func TestAgent_ConnectsOverTLSWithClientCertificate(t *testing.T) {
	authority := newAuthority(t)
	file := authority.file
	server := startServer(t, "--tls-cert", file("server.pem"), "--tls-key", file("server.key"), "--client-ca", file("ca.pem"))
	for _, version := range agents {
		known := newAgent(t, version, agentConfig(t, "--url", server.url, "--ca", file("ca.pem"), "--client-cert", file("agent.pem"), "--client-key", file("agent.key")))
		known.start()
		known.waitRevision(server.revision)
		nameless := newAgent(t, version, agentConfig(t, "--url", server.url, "--ca", file("ca.pem")))
		nameless.start()
		nameless.refuses("Unauthorized")
	}
	serial := func() string {
		connection, err := tls.Dial("tcp", server.address(), &tls.Config{InsecureSkipVerify: true}) // the test only compares certificates
		require.NoError(t, err)
		defer connection.Close()
		return connection.ConnectionState().PeerCertificates[0].SerialNumber.String()
	}
	before := serial()
	authority.sign(t, "server")
	require.Eventually(t, func() bool { return serial() != before }, patience, 50*time.Millisecond, "the server does not use the new certificate")
}

func hashed(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func TestServe_TokensCanBeRotated(t *testing.T) {
	folder := t.TempDir()
	tokens, mine := filepath.Join(folder, "tokens"), filepath.Join(folder, "mine")
	put(t, tokens, "east %s\n", hashed("old-secret"))
	put(t, mine, "old-secret")
	server := startServer(t, "--tokens", tokens, "--max-hold", "1s")
	agent := newAgent(t, "opa", agentConfig(t, "--url", server.url, "--token-file", mine))
	agent.start()
	agent.waitRevision(server.revision)
	status := func(token string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.url+"/bundles/windows.tar.gz", nil)
		require.NoError(t, err)
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	require.Equal(t, 200, status("old-secret"))
	require.Equal(t, 401, status("new-secret"))
	put(t, tokens, "east %s\neast %s\n", hashed("old-secret"), hashed("new-secret"))
	require.Eventually(t, func() bool { return status("new-secret") == 200 }, patience, 50*time.Millisecond)
	require.Equal(t, 200, status("old-secret"))
	put(t, mine, "new-secret")
	put(t, tokens, "east %s\n", hashed("new-secret"))
	require.Eventually(t, func() bool { return status("old-secret") == 401 }, patience, 50*time.Millisecond)
	put(t, tokens, "east new-secret\n")
	require.Eventually(t, func() bool { return server.metric(`winpolicy_update_failing{source="tokens"}`) == "1" }, patience, 50*time.Millisecond)
	require.Equal(t, 200, status("new-secret"), "the previous tokens stay in use")
	require.NotContains(t, server.log.String(), "-secret", "a token in the log")
}

func TestServe_BadRequestsGetAStatusAndLeaveNoGoroutine(t *testing.T) {
	server := startServer(t)
	get(t, server.url+"/readyz") // so that all goroutines of the server have started
	before, held := goroutines(t, server), memory(t, server.command.Process.Pid)
	const path = "/bundles/windows.tar.gz"
	for name, tc := range map[string]struct{ send, want string }{
		"not HTTP":                      {"hello\r\n\r\n", "400"},
		"TLS to a plain port":           {"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03\r\n\r\n", "400"},
		"no host":                       {"GET " + path + " HTTP/1.1\r\n\r\n", "400"},
		"two hosts":                     {"GET " + path + " HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"},
		"HTTP/3":                        {"GET " + path + " HTTP/3.0\r\nHost: a\r\n\r\n", "505"},
		"HTTP/2 in plain text":          {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "505"},
		"a header of 64 KiB":            {"GET " + path + " HTTP/1.1\r\nHost: a\r\nX: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "431"},
		"a thousand ETags":              {"GET " + path + " HTTP/1.1\r\nHost: a\r\nIf-None-Match: " + strings.Repeat(`"a",`, 1000) + "\r\n\r\n", "200"},
		"a header without a name":       {"GET " + path + " HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", "400"},
		"a body":                        {"GET " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", "413"},
		"a body without end":            {"GET " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n", "413"},
		"two lengths":                   {"GET " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", "400"},
		"length and chunks":             {"POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "413"},
		"another method":                {"DELETE " + path + " HTTP/1.1\r\nHost: a\r\n\r\n", "405"},
		"an unknown method":             {"BREW " + path + " HTTP/1.1\r\nHost: a\r\n\r\n", "405"},
		"a path that leads up":          {"GET /bundles/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", "404"},
		"a path that leads up, escaped": {"GET /bundles/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n", "404"},
		"a path with a null":            {"GET " + path + "%00 HTTP/1.1\r\nHost: a\r\n\r\n", "404"},
		"a whole URL":                   {"GET http://elsewhere" + path + " HTTP/1.1\r\nHost: a\r\n\r\n", "200"},
		"a proxy's request":             {"CONNECT elsewhere:443 HTTP/1.1\r\nHost: a\r\n\r\n", "404"},
		"the star":                      {"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "404"},
		"a folder":                      {"GET /bundles/ HTTP/1.1\r\nHost: a\r\n\r\n", "404"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, tc.want, exchange(t, server.address(), tc.send))
		})
	}
	t.Run("a client that never ends its header", func(t *testing.T) {
		connection, err := net.Dial("tcp", server.address())
		require.NoError(t, err)
		defer connection.Close()
		require.NoError(t, connection.SetDeadline(time.Now().Add(patience)))
		_, err = io.WriteString(connection, "GET "+path+" HTTP/1.1\r\nHost: a\r\n")
		require.NoError(t, err)
		_, err = io.ReadAll(connection)
		require.NoError(t, err, "the connection is still open")
	})
	t.Run("agents that hang up during a poll", func(t *testing.T) {
		var open []net.Conn
		for range 50 {
			connection, err := net.Dial("tcp", server.address())
			require.NoError(t, err)
			_, err = fmt.Fprintf(connection, "GET %s HTTP/1.1\r\nHost: a\r\nIf-None-Match: *\r\nPrefer: wait=40\r\n\r\n", path)
			require.NoError(t, err)
			open = append(open, connection)
		}
		waiting := func(want string) func() bool {
			return func() bool { return server.metric("winpolicy_agents_waiting") == want }
		}
		require.Eventually(t, waiting("50"), patience, 20*time.Millisecond)
		for _, connection := range open {
			require.NoError(t, connection.Close())
		}
		require.Eventually(t, waiting("0"), patience, 20*time.Millisecond)
	})
	http.DefaultClient.CloseIdleConnections()
	require.Eventually(t, func() bool { return goroutines(t, server) <= before+2 }, patience, 200*time.Millisecond, "goroutines are left")
	require.Less(t, memory(t, server.command.Process.Pid)-held, 32<<20)
}

// exchange sends bytes and returns the status of the answer.
func exchange(t *testing.T, address, send string) string {
	t.Helper()
	connection, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer connection.Close()
	require.NoError(t, connection.SetDeadline(time.Now().Add(patience)))
	_, _ = io.WriteString(connection, send) // the server may have answered and hung up already
	line, err := bufio.NewReader(connection).ReadBytes('\n')
	require.NoError(t, err)
	require.False(t, bytes.Contains(line, []byte("passwd")))
	fields := strings.Fields(string(line))
	require.GreaterOrEqual(t, len(fields), 2, string(line))
	return fields[1]
}

var goroutineTotal = regexp.MustCompile(`goroutine profile: total (\d+)`)

func goroutines(t *testing.T, server *serverProcess) int {
	t.Helper()
	found := goroutineTotal.FindStringSubmatch(get(t, server.admin+"/debug/pprof/goroutine?debug=1"))
	require.NotNil(t, found)
	return number(t, found[1])
}
