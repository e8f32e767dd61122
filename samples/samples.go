// Package samples holds a file of manifests for each rule: what it refuses, and what it accepts. The comments in them
// say what is expected, and where.
package samples

import "embed"

// FS is the tree below samples/: <rule id>.yaml, the manifests of the Kubernetes documentation in seed/,
// and in wild/ the shapes that are met in clusters, which have no finding above advice.
//
//go:embed *.yaml seed wild
var FS embed.FS
