package fleet

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Agent is what an agent reported last.
type Agent struct {
	ID      string            `json:"id"`     // as the agent claims
	Client  string            `json:"client"` // the name of its credential, "" if the server demands none
	Version string            `json:"version"`
	Labels  map[string]string `json:"labels"`
	Bundles []Bundle          `json:"bundles"` // ordered by name
	Seen    time.Time         `json:"seen"`    // when the report came, in UTC
}

// Bundle is the state of a bundle in an agent.
type Bundle struct {
	Name      string    `json:"name"`
	Revision  string    `json:"revision"`  // that the agent runs, "" if it runs none
	Activated time.Time `json:"activated"` // the zero time if it never was
	Code      string    `json:"code"`      // of the last error, "" if there is none
	Message   string    `json:"message"`
}

// report is what is read of OPA's status message. The rest, above all metrics, is skipped.
type report struct {
	Labels    map[string]string `json:"labels"`
	Bundles   map[string]bundle `json:"bundles"`
	Discovery *bundle           `json:"discovery"`
}

type bundle struct {
	Revision  string            `json:"active_revision"`
	Activated time.Time         `json:"last_successful_activation"`
	Code      string            `json:"code"`
	Message   string            `json:"message"`
	Errors    []json.RawMessage `json:"errors"`
}

// The limits of what is kept of a report. What is longer is cut.
const (
	maxText   = 256  // bytes of a text
	maxTotal  = 2048 // bytes of all texts
	maxLabels = 16
	maxBundle = 8
	skew      = time.Hour // how far the clock of an agent may be ahead
)

func parse(body []byte, now time.Time) (*Agent, error) {
	var read report
	if err := json.Unmarshal(body, &read); err != nil {
		return nil, fmt.Errorf("not a status report of OPA: %w", err)
	}
	id := read.Labels["id"]
	if id == "" {
		return nil, errors.New("the report has no label id")
	}
	room := room(maxTotal)
	agent := &Agent{ID: room.take(id), Version: room.take(read.Labels["version"]), Labels: map[string]string{}}
	if read.Discovery != nil {
		if read.Bundles == nil {
			read.Bundles = map[string]bundle{}
		}
		read.Bundles["discovery"] = *read.Discovery
	}
	for _, name := range some(read.Bundles, maxBundle) {
		one := read.Bundles[name]
		if one.Activated.After(now.Add(skew)) {
			return nil, fmt.Errorf("the bundle %q was activated in the future; correct the clock of the agent", cut(name, maxText))
		}
		agent.Bundles = append(agent.Bundles, Bundle{
			Name: room.take(name), Revision: room.take(one.Revision), Activated: one.Activated.UTC().Truncate(time.Second),
			Code: room.take(one.Code), Message: room.take(one.message()),
		})
	}
	for _, name := range some(read.Labels, maxLabels) {
		if name != "id" && name != "version" {
			agent.Labels[room.take(name)] = room.take(read.Labels[name])
		}
	}
	return agent, nil
}

// message is the message of the last error with its first cause.
func (b bundle) message() string {
	if len(b.Errors) == 0 {
		return b.Message
	}
	var cause struct{ Message string }
	if json.Unmarshal(b.Errors[0], &cause) != nil || cause.Message == "" {
		return b.Message
	}
	return b.Message + ": " + cause.Message
}

// some returns the first names of a map, in order.
func some[V any](of map[string]V, most int) []string {
	names := slices.Sorted(maps.Keys(of))
	return names[:min(most, len(names))]
}

// room is how many bytes of an agent's texts can still be kept.
type room int

// take returns a copy of as much of a text as is kept.
func (r *room) take(text string) string {
	text = cut(text, min(maxText, int(*r)))
	*r -= room(len(text))
	return strings.Clone(text)
}

// cut returns the first bytes of a text, and no part of a character.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most]
}
