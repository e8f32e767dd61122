// Package bundle holds what makes a product of the rules: the bundle's entry points and conftest's main.
package bundle

import "embed"

// FS is the tree below bundle/, tests included. winpolicy/ goes into the OPA bundle, main/ is conftest's alone.
//
//go:embed main winpolicy
var FS embed.FS
