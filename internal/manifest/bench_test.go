package manifest

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: iis
  labels:
    app: iis
spec:
  replicas: 2
  selector:
    matchLabels:
      app: iis
  template:
    metadata:
      labels:
        app: iis
    spec:
      os:
        name: windows
      nodeSelector:
        kubernetes.io/os: windows
      containers:
        - name: iis
          image: mcr.microsoft.com/windows/servercore/iis:ltsc2022
          ports:
            - containerPort: 80
          resources:
            limits: {cpu: "1", memory: 1Gi}
      terminationGracePeriodSeconds: 30
`

func BenchmarkObjects(b *testing.B) {
	d := Document{File: "f.yaml", Line: 1, Raw: []byte(deployment)}
	b.ReportAllocs()
	for b.Loop() {
		objects, errs := d.Objects()
		if len(objects) != 1 || len(errs) != 0 {
			b.Fatal(errs)
		}
	}
}

func BenchmarkInputs(b *testing.B) {
	d := Document{File: "f.yaml", Line: 1, Raw: []byte(deployment)}
	b.ReportAllocs()
	for b.Loop() {
		inputs, errs := d.Inputs()
		if len(inputs) != 1 || len(errs) != 0 {
			b.Fatal(errs)
		}
	}
}

func BenchmarkPosition(b *testing.B) {
	d := Document{File: "f.yaml", Line: 1, Raw: []byte(deployment)}
	b.ReportAllocs()
	for b.Loop() {
		objects, errs := d.Objects()
		require.Empty(b, errs)
		if line, _ := objects[0].Position("spec.template.spec.containers[0].ports"); line != 24 {
			b.Fatal(line)
		}
	}
}
