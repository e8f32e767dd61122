package server

import (
	"net"
	"sync"

	"golang.org/x/time/rate"
)

// maxClients is how many clients are remembered at least. Twice as many are remembered at most.
const maxClients = 10_000

// burst is how many seconds of the rate a client may use at once.
const burst = 20

// clients limits the rate of each client. It first forgets the clients that have not asked for the longest time.
type clients struct {
	rate rate.Limit

	mutex   sync.Mutex
	recent  map[string]*rate.Limiter
	earlier map[string]*rate.Limiter
}

// newClients takes requests a second; 0 means no limit.
func newClients(perSecond float64) *clients {
	return &clients{rate: rate.Limit(perSecond), recent: map[string]*rate.Limiter{}}
}

// allow takes one request from the rate of a client, and returns whether one was left.
func (c *clients) allow(name string) bool { return c.rate <= 0 || c.limiter(name).Allow() }

func (c *clients) limiter(name string) *rate.Limiter {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if found := c.recent[name]; found != nil {
		return found
	}
	found := c.earlier[name]
	if found == nil {
		found = rate.NewLimiter(c.rate, int(c.rate*burst)+1)
	}
	if len(c.recent) >= maxClients {
		c.recent, c.earlier = map[string]*rate.Limiter{}, c.recent
	}
	c.recent[name] = found
	return found
}

// byAddress returns a client's name that is made of the host in its address.
func byAddress(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	return "address " + address
}
