package server

import "sync"

// connections are those that are open, and not net/http's.
type connections struct {
	mutex sync.Mutex
	open  map[*connection]struct{}
}

func (c *connections) add(one *connection) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.open == nil {
		c.open = map[*connection]struct{}{}
	}
	c.open[one] = struct{}{}
}

func (c *connections) remove(one *connection) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.open, one)
}

func (c *connections) each(do func(*connection)) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for one := range c.open {
		do(one)
	}
}
