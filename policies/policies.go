// Package policies holds the Rego of winpolicy, the libraries and the rules, and the CEL of its admission policies, as they
// stand in this folder.
package policies

import "embed"

// FS is the tree below policies/, tests included. The path of a Rego file is its package: lib/windows/os/os.rego. A file
// with CEL lies beside the Rego of its rule, or in admission/.
//
//go:embed lib admission
var FS embed.FS
