package main

import (
	"github.com/containerd/platforms"
	specs "github.com/opencontainers/image-spec/specs-go/v1"
)

// image asks whether containerd, on a node of the first platform, runs an image of the second.
type image struct {
	Node  specs.Platform `json:"node"`
	Image specs.Platform `json:"image"`
}

func (i image) answer() any {
	return map[string]bool{"runs": platforms.NewMatcher(i.Node).Match(i.Image)}
}
