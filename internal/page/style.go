package page

import _ "embed" // for the style

// Style is the style sheet of all pages, light and dark. Badges, tables and findings have their classes in it.
//
//go:embed style.css
var Style []byte
