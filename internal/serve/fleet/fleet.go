// Package fleet keeps what OPA agents report about themselves: which revision of a bundle each one runs, and why one fails.
// What an agent says is data that nobody has checked.
package fleet

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

// The limits of what is kept.
const (
	maxAgents = 20_000         // the agents that reported last
	forget    = 24 * time.Hour // an agent that is silent for so long is gone
	silent    = 5 * time.Minute
)

// Fleet holds the last report of each agent. All methods may be called from several goroutines.
type Fleet struct {
	mutex  sync.Mutex
	agents *simplelru.LRU[key, *Agent] // in the order in which they reported
}

// key identifies an agent: by the credential that it shows and the id that it claims. So nobody can report for an agent with
// another credential.
type key struct{ client, id string }

// New returns an empty fleet.
func New() *Fleet {
	agents, err := simplelru.NewLRU[key, *Agent](maxAgents, nil)
	if err != nil {
		panic(err) // maxAgents is positive
	}
	return &Fleet{agents: agents}
}

// Receive keeps the report of an agent. client is the name of its credential, "" if the server demands none. body is the JSON
// that OPA's status plugin sends. The error says what is wrong with it; then nothing is kept.
func (f *Fleet) Receive(client string, body []byte) error {
	now := time.Now()
	agent, err := parse(body, now)
	if err != nil {
		return err
	}
	agent.Client, agent.Seen = client, now.UTC().Truncate(time.Second)
	f.mutex.Lock()
	defer f.mutex.Unlock()
	f.agents.Add(key{client, agent.ID}, agent)
	for {
		_, oldest, ok := f.agents.GetOldest()
		if !ok || now.Sub(oldest.Seen) <= forget {
			return nil
		}
		f.agents.RemoveOldest()
	}
}

// list returns the agents. Nobody changes an agent that is kept.
func (f *Fleet) list() []*Agent {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	return f.agents.Values()
}
