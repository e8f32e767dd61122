// Package docs holds the pages of the rules, so that the server can show them.
package docs

import "embed"

// Rules is the folder docs/, with rules/<rule id>.md.
//
//go:embed rules/*.md
var Rules embed.FS
