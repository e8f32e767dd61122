package fleet

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// View is what the fleet looks like at a moment, beside the revision that is served.
type View struct {
	Revision  string     `json:"revision"` // that this server serves
	Total     int        `json:"total"`
	Current   int        `json:"current"` // agents that run that revision
	Failing   int        `json:"failing"` // agents whose last report has an error
	Silent    int        `json:"silent"`  // agents that have not reported for five minutes
	Revisions []Revision `json:"revisions"`
	Agents    []Member   `json:"agents"` // ordered by id and client
}

// Revision counts the agents that run a revision, "" for those that run none.
type Revision struct {
	Revision string `json:"revision"`
	Agents   int    `json:"agents"`
}

// Member is an agent in a view.
type Member struct {
	*Agent
	State   State `json:"state"`
	Current bool  `json:"current"`
}

// State is how an agent does.
type State string

// The states. An agent that is silent may fail as well.
const (
	Active  State = "active"
	Failing State = "failing"
	Silent  State = "silent"
)

func (a *Agent) state(now time.Time) State {
	switch {
	case now.Sub(a.Seen) > silent:
		return Silent
	case slices.ContainsFunc(a.Bundles, func(one Bundle) bool { return one.Code != "" }):
		return Failing
	}
	return Active
}

// runs returns the revision that the agent runs: the one that is served if it runs that, or otherwise the first that it names.
func (a *Agent) runs(served string) string {
	first := ""
	for _, one := range a.Bundles {
		if one.Revision == served {
			return served
		}
		if one.Name != "discovery" {
			first = cmp.Or(first, one.Revision)
		}
	}
	return first
}

// View returns the fleet as it is now. served is the revision that the server serves.
func (f *Fleet) View(served string) View {
	now := time.Now()
	view := View{Revision: served, Agents: []Member{}, Revisions: []Revision{}}
	counts := map[string]int{}
	for _, agent := range f.list() {
		runs, state := agent.runs(served), agent.state(now)
		counts[runs]++
		view.Total++
		switch state {
		case Failing:
			view.Failing++
		case Silent:
			view.Silent++
		case Active:
		}
		isCurrent := served != "" && runs == served
		if isCurrent {
			view.Current++
		}
		view.Agents = append(view.Agents, Member{agent, state, isCurrent})
	}
	slices.SortFunc(view.Agents, func(a, b Member) int {
		return cmp.Or(strings.Compare(a.ID, b.ID), strings.Compare(a.Client, b.Client))
	})
	for revision, number := range counts {
		view.Revisions = append(view.Revisions, Revision{revision, number})
	}
	slices.SortFunc(view.Revisions, func(a, b Revision) int {
		return cmp.Or(b.Agents-a.Agents, strings.Compare(a.Revision, b.Revision))
	})
	return view
}
