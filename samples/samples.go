// Package samples holds a file of manifests for each rule: what it refuses, and what it accepts. The comments in them
// say what is expected, and where.
package samples

import "embed"

// FS is the tree below samples/: <rule id>.yaml, and the manifests of the Kubernetes documentation in seed/.
//
//go:embed *.yaml seed
var FS embed.FS
