package server

import (
	"net"
	"sync"

	"golang.org/x/time/rate"
)

// maxClients is how many clients are remembered at least, and twice that at most.
const maxClients = 10_000

// burst is how many seconds' worth of requests a client may send at once.
const burst = 20

// clients limit the rate of each client. Those that have not asked for longest are forgotten first.
type clients struct {
	rate rate.Limit

	mutex   sync.Mutex
	recent  map[string]*rate.Limiter
	earlier map[string]*rate.Limiter
}

func newClients(perSecond float64) *clients {
	return &clients{rate: rate.Limit(perSecond), recent: map[string]*rate.Limiter{}}
}

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

// byAddress names a client by the host of its address.
func byAddress(address string) string {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	return "address " + address
}
