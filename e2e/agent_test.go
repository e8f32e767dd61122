package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// An agent that knows no more than the bundle's URL answers the API server's AdmissionReview as it is.
func TestAnAgentLoadsTheServedBundleAndAnswersAdmissionReviews(t *testing.T) {
	url := serve(t)
	agent := startAgent(t, url)
	for name, tc := range map[string]struct {
		namespaces map[string]any
		want       map[string]any
	}{
		"a pod that the API server would refuse": {
			namespaces: map[string]any{"hostPID": true},
			want: map[string]any{
				"uid": "u-1", "allowed": false, "warnings": []any{},
				"status": map[string]any{"code": 403.0, "message": "spec.hostPID: Windows has no such namespace and the API server refuses the field; remove it (host-namespaces)"},
			},
		},
		"a pod that is well": {
			want: map[string]any{"uid": "u-1", "allowed": true, "warnings": []any{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			spec := map[string]any{
				"os":           map[string]any{"name": "windows"},
				"nodeSelector": map[string]any{"kubernetes.io/os": "windows"},
				"containers":   []any{map[string]any{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022"}},
			}
			for field, value := range tc.namespaces {
				spec[field] = value
			}
			answer := post(t, agent, map[string]any{
				"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
				"request": map[string]any{"uid": "u-1", "operation": "CREATE", "object": map[string]any{
					"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "web"}, "spec": spec,
				}},
			})
			require.Equal(t, map[string]any{
				"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": tc.want,
			}, answer)
		})
	}
}

func TestAnETagThatIsKnownIsAnswered304(t *testing.T) {
	url := serve(t)
	first, err := http.Get(url)
	require.NoError(t, err)
	require.NoError(t, first.Body.Close())
	require.Equal(t, http.StatusOK, first.StatusCode)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	request.Header.Set("If-None-Match", first.Header.Get("Etag"))
	second, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, second.Body.Close())
	require.Equal(t, http.StatusNotModified, second.StatusCode)
	require.Equal(t, first.Header.Get("Etag"), second.Header.Get("Etag"))
}

// serve starts `winpolicy serve` on a free port and gives the bundle's URL, from the line it prints. It is stopped as
// Ctrl-C would, and has to end cleanly.
func serve(t *testing.T) string {
	t.Helper()
	command := exec.Command(winpolicy(t), "serve", "--addr", "127.0.0.1:0")
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	var problems bytes.Buffer
	command.Stderr = &problems
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(os.Interrupt))
		require.NoError(t, command.Wait(), problems.String())
	})
	line, err := bufio.NewReader(output).ReadString('\n')
	require.NoError(t, err)
	fields := strings.Fields(strings.ReplaceAll(line, ",", " "))
	require.Len(t, fields, 4, line)
	return fields[1]
}

// startAgent runs a real OPA with nothing but the bundle, and waits until it has activated that.
func startAgent(t *testing.T, url string) string {
	t.Helper()
	base, resource, _ := strings.Cut(url, "/bundles/")
	config := filepath.Join(t.TempDir(), "opa.yaml")
	require.NoError(t, os.WriteFile(config, []byte(fmt.Sprintf(`
services: {winpolicy: {url: %s}}
bundles: {windows: {service: winpolicy, resource: bundles/%s}}
default_decision: winpolicy/admission/response
`, base, resource)), 0o600))
	address := freeAddress(t)
	var log bytes.Buffer
	command := exec.Command(tool(t, "opa"), "run", "--server", "--addr", address, "--config-file", config)
	command.Stdout, command.Stderr = &log, &log
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		_ = command.Wait()
	})
	require.Eventually(t, func() bool {
		response, err := http.Get("http://" + address + "/health?bundles")
		return err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK
	}, 30*time.Second, 50*time.Millisecond, "the agent does not become ready")
	return "http://" + address
}

func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func post(t *testing.T, url string, body any) any {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	response, err := http.Post(url, "application/json", bytes.NewReader(text))
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(answer))
	var value any
	require.NoError(t, json.Unmarshal(answer, &value))
	return value
}
