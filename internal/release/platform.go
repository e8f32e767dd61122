package release

import (
	"errors"
	"fmt"
	"strings"
)

// Platform is what a program is built for, in the words of Go.
type Platform struct {
	OS   string // linux, darwin, windows
	Arch string // amd64, arm64
}

// ParsePlatforms reads platforms as a list with spaces: "linux/amd64 windows/arm64".
func ParsePlatforms(list string) ([]Platform, error) {
	var all []Platform
	for _, field := range strings.Fields(list) {
		system, arch, _ := strings.Cut(field, "/")
		if system == "" || arch == "" || strings.Contains(arch, "/") {
			return nil, fmt.Errorf("%q is not a platform: write one like linux/amd64", field)
		}
		all = append(all, Platform{system, arch})
	}
	if len(all) == 0 {
		return nil, errors.New("no platform: write at least one, like linux/amd64")
	}
	return all, nil
}

func (p Platform) String() string { return p.OS + "/" + p.Arch }

// program is the name of winpolicy's file on the platform.
func (p Platform) program() string {
	if p.OS == "windows" {
		return "winpolicy.exe"
	}
	return "winpolicy"
}

// environment is what decides about the bytes of a program, beside the source, the flags and the version of Go.
func (p Platform) environment() []string {
	return []string{"GOOS=" + p.OS, "GOARCH=" + p.Arch, "CGO_ENABLED=0", "GOFLAGS=", "GOEXPERIMENT=", "GOFIPS140=off", "GOAMD64=v1", "GOARM64=v8.0"}
}
