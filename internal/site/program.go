package site

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/andybalholm/brotli"
)

// ExampleManifest is what the playground shows first.
const ExampleManifest = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  os: {name: windows}
  securityContext:
    fsGroup: 2000
  containers:
    - name: web
      image: mcr.microsoft.com/windows/servercore/iis:windowsservercore-ltsc2022
      securityContext:
        privileged: true
      resources: {requests: {cpu: 500m, memory: 1Gi}}
`

// AddProgram adds the program of the playground, packed, and the script of Go that starts it. Pages unpack the program themselves,
// so the web server needs no setting. It is packed by gzip, and if small is true also by brotli, which takes a minute or more.
func AddProgram(files map[string][]byte, program, support string, small bool) error {
	text, err := os.ReadFile(program)
	if err != nil {
		return fmt.Errorf("the program of the playground: %w", err)
	}
	start, err := os.ReadFile(support)
	if err != nil {
		return fmt.Errorf("wasm_exec.js: %w", err)
	}
	files["assets/wasm_exec.js"] = start
	files["assets/playground.wasm.gz"], err = packedBy(text, func(out io.Writer) (io.WriteCloser, error) {
		return gzip.NewWriterLevel(out, gzip.BestCompression)
	})
	if err != nil || !small {
		return err
	}
	files["assets/playground.wasm.br"], err = packedBy(text, func(out io.Writer) (io.WriteCloser, error) {
		return brotli.NewWriterOptions(out, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24}), nil
	})
	return err
}

func packedBy(text []byte, open func(io.Writer) (io.WriteCloser, error)) ([]byte, error) {
	var out bytes.Buffer
	packer, err := open(&out)
	if err != nil {
		return nil, err
	}
	_, err = packer.Write(text)
	err = errors.Join(err, packer.Close())
	return out.Bytes(), err
}
