package board

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
	"time"

	"winpolicy/internal/serve/fleet"
)

// The limits of what a page shows. The search finds the rest.
const (
	maxAgents   = 100
	maxFailing  = 20
	maxRevision = 10
)

// seen is what the first page shows.
type seen struct {
	overview
	Since    time.Time // when the revision was published; zero before
	Rules    counts
	Bar      []segment
	Failing  []fleet.Member
	Query    string
	Matching int
	Shown    []fleet.Member
}

// segment is a part of the bar of agents. Its place and length are in thousandths of the bar.
type segment struct {
	Class, Name   string
	Agents        int
	Start, Length int
}

func (b *board) overview(w http.ResponseWriter, r *http.Request) {
	shown := seen{overview: b.now(), Query: strings.TrimSpace(r.FormValue("q"))}
	if served := b.Served(); served != nil {
		shown.Rules = count(served)
	}
	for _, state := range shown.Sources {
		if state.Name == "bundle" {
			shown.Since = state.InUse
		}
	}
	shown.Bar = bar(shown.View)
	members := slices.Clone(shown.Agents)
	slices.SortStableFunc(members, func(a, b fleet.Member) int { return cmp.Compare(urgency(a), urgency(b)) })
	for _, member := range members {
		if member.State == fleet.Failing && len(shown.Failing) < maxFailing {
			shown.Failing = append(shown.Failing, member)
		}
		if matches(member, shown.Query) {
			shown.Matching++
			if len(shown.Shown) < maxAgents {
				shown.Shown = append(shown.Shown, member)
			}
		}
	}
	shown.Revisions = shown.Revisions[:min(maxRevision, len(shown.Revisions))]
	write(w, http.StatusOK, "overview", frame{"Fleet", "/", shown})
}

// urgency orders agents: those that fail, those without the revision that is served, those that are silent, and all others.
func urgency(member fleet.Member) int {
	switch {
	case member.State == fleet.Failing:
		return 0
	case !member.Current:
		return 1
	case member.State == fleet.Silent:
		return 2
	}
	return 3
}

// matches reports whether what an agent says of itself has every word of a query.
func matches(member fleet.Member, query string) bool {
	texts := []string{member.ID, member.Client, member.Version, string(member.State)}
	for name, value := range member.Labels {
		texts = append(texts, name+"="+value)
	}
	for _, one := range member.Bundles {
		texts = append(texts, one.Revision, one.Code, one.Message)
	}
	return hold(texts, query)
}

// bar divides the agents by what they run.
func bar(view fleet.View) []segment {
	none := 0
	for _, one := range view.Revisions {
		if one.Revision == "" {
			none = one.Agents
		}
	}
	var all []segment
	at := 0
	for _, part := range []segment{
		{Class: "current", Name: "run the revision that is served", Agents: view.Current},
		{Class: "other", Name: "run another revision", Agents: view.Total - view.Current - none},
		{Class: "none", Name: "run none", Agents: none},
	} {
		if part.Agents > 0 {
			part.Start, part.Length = at*1000/view.Total, (at+part.Agents)*1000/view.Total-at*1000/view.Total
			all = append(all, part)
		}
		at += part.Agents
	}
	return all
}
