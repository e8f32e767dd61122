// Package policies holds the Rego of winpolicy: the libraries and the rules, as they stand in this folder.
package policies

import "embed"

// FS is the tree below policies/, tests included. The path of a file is its package: lib/windows/os/os.rego.
//
//go:embed lib
var FS embed.FS
