package e2e

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// BenchmarkStream measures a long input of Deployments for Windows with Services that select them, of which check has to keep
// something until it judges the Services. STREAM_MB sets how long it is.
func BenchmarkStream(b *testing.B) {
	megabytes, err := strconv.Atoi(os.Getenv("STREAM_MB"))
	if err != nil {
		megabytes = 100
	}
	fmt.Println("| MB | a Service for | namespaces | seconds | processor seconds | peak MiB |")
	for _, tc := range []struct{ every, namespaces int }{{20, 100}, {1, 1}} {
		taken := measureStream(b, megabytes<<20, tc.every, tc.namespaces)
		fmt.Printf("| %d | %d Deployments | %d | %.0f | %.0f | %d |\n", megabytes, tc.every, tc.namespaces,
			taken.wall.Seconds(), taken.cpu.Seconds(), taken.peak/1024)
	}
}

func measureStream(b *testing.B, size, every, namespaces int) spending {
	b.Helper()
	command := exec.CommandContext(b.Context(), winpolicy(b), "check", "--quiet", "-")
	reader, writer := io.Pipe()
	command.Stdin = reader
	go func() { _ = writer.CloseWithError(writeStream(writer, size, every, namespaces)) }() // the reader gets the error
	start := time.Now()
	require.NoError(b, command.Start())
	peak := watchPeak(command.Process.Pid)
	require.NoError(b, command.Wait())
	state := command.ProcessState
	return spending{wall: time.Since(start), cpu: state.UserTime() + state.SystemTime(), peak: peak()}
}

// writeStream writes Deployments, and a Service in front of every so many of them.
func writeStream(to io.Writer, size, every, namespaces int) error {
	buffer := bufio.NewWriter(to)
	for i, written := 0, 0; written < size; i++ {
		n, err := fmt.Fprintf(buffer, streamDeployment, i, i%namespaces)
		written += n
		if err == nil && i%every == 0 {
			n, err = fmt.Fprintf(buffer, streamService, i, i%namespaces)
			written += n
		}
		if err != nil {
			return err
		}
	}
	return buffer.Flush()
}

const streamDeployment = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web-%[1]d, namespace: team-%[2]d, labels: {app: web-%[1]d, part-of: shop}}
spec:
  replicas: 2
  selector:
    matchLabels: {app: web-%[1]d}
  template:
    metadata:
      labels: {app: web-%[1]d, part-of: shop}
    spec:
      os: {name: windows}
      nodeSelector:
        kubernetes.io/os: windows
      tolerations:
      - {key: os, operator: Equal, value: windows, effect: NoSchedule}
      securityContext:
        runAsNonRoot: true
        windowsOptions: {runAsUserName: ContainerUser}
      containers:
      - name: web
        image: mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022
        ports: [{containerPort: 80}]
        resources:
          requests: {cpu: 500m, memory: 1Gi}
          limits: {memory: 2Gi}
---
`

const streamService = `apiVersion: v1
kind: Service
metadata: {name: web-%[1]d, namespace: team-%[2]d}
spec:
  selector: {app: web-%[1]d}
  sessionAffinity: ClientIP
  ports: [{port: 80}]
---
`
