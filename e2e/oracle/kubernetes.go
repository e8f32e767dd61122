package main

import (
	"errors"
	"runtime/debug"
	"strings"
)

// release asks which release of Kubernetes the program was built from.
type release struct{}

func (release) answer() (map[string]string, error) {
	built, _ := debug.ReadBuildInfo()
	for _, module := range built.Deps {
		if module.Path == "k8s.io/kubernetes" {
			return map[string]string{"kubernetes": strings.TrimPrefix(module.Version, "v")}, nil
		}
	}
	return nil, errors.New("the program was built without k8s.io/kubernetes")
}
