// Package fleet keeps what OPA agents report about themselves: which revision of a bundle each one runs, and why one fails.
// What an agent says is data that nobody has checked.
package fleet

import (
	"container/list"
	"sync"
	"time"
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
	agents map[key]*list.Element // of *Agent
	order  *list.List            // the agent that reported last is first
}

// key identifies an agent: by the credential that it shows and the id that it claims. So nobody can report for an agent with
// another credential.
type key struct{ client, id string }

// New returns an empty fleet.
func New() *Fleet { return &Fleet{agents: map[key]*list.Element{}, order: list.New()} }

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
	id := key{client, agent.ID}
	if known := f.agents[id]; known != nil {
		known.Value = agent
		f.order.MoveToFront(known)
	} else {
		f.agents[id] = f.order.PushFront(agent)
	}
	for oldest := f.order.Back(); f.order.Len() > maxAgents || now.Sub(agentOf(oldest).Seen) > forget; oldest = f.order.Back() {
		gone := agentOf(oldest)
		f.order.Remove(oldest)
		delete(f.agents, key{gone.Client, gone.ID})
	}
	return nil
}

// agentOf returns what an element of the order holds.
func agentOf(element *list.Element) *Agent {
	agent, _ := element.Value.(*Agent) // Receive puts nothing else in
	return agent
}

// list returns the agents, the one that reported last first. Nobody changes an agent that is kept.
func (f *Fleet) list() []*Agent {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	all := make([]*Agent, 0, f.order.Len())
	for element := f.order.Front(); element != nil; element = element.Next() {
		all = append(all, agentOf(element))
	}
	return all
}
