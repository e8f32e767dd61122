// Package board shows the people who run a server what it serves, which agents have it, the rules, and what the rules find in a
// manifest. The pages work without script and load nothing from elsewhere.
package board

import (
	"strings"

	"winpolicy/internal/serve/fleet"
	"winpolicy/internal/serve/publisher"
	"winpolicy/internal/serve/watch"
)

// Source is what the pages show.
type Source struct {
	Agents *fleet.Fleet
	Served func() *publisher.Publication // nil before the first
	States func() []watch.State          // of the files that are watched
}

type board struct {
	Source
	judges *judges
}

// starting is said where a page needs a bundle.
const starting = "The server starts. It has no bundle yet."

// overview is the JSON at /fleet.
type overview struct {
	Sources []watch.State `json:"sources"` // whether the last change of each source is in use
	fleet.View
}

// now returns what the server serves and which agents have it.
func (b *board) now() overview {
	revision := ""
	if served := b.Served(); served != nil {
		revision = served.Revision
	}
	result := overview{Sources: []watch.State{}, View: b.Agents.View(revision)}
	result.Sources = append(result.Sources, b.States()...)
	return result
}

// hold reports whether texts have every word of a query, in any case.
func hold(texts []string, query string) bool {
	all := strings.ToLower(strings.Join(texts, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}
