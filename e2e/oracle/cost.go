package main

import (
	"encoding/json"
	"time"
)

// cost asks for the time that the API server takes to read an object, to default it and to validate it, again and again.
type cost struct {
	Object json.RawMessage `json:"object"`
	Rounds int             `json:"rounds"`
}

// times are the nanoseconds of each round.
type times struct {
	Nanoseconds []int64 `json:"nanoseconds"`
}

func (c cost) answer() (times, error) {
	var taken times
	for range c.Rounds {
		start := time.Now()
		object, kind, err := decode(c.Object)
		if err != nil {
			return taken, err
		}
		strategy, err := strategyOf(object)
		if err != nil {
			return taken, err
		}
		if err := create(contextOf(object, strategy, kind, ""), strategy, object); err != nil {
			return taken, err
		}
		taken.Nanoseconds = append(taken.Nanoseconds, time.Since(start).Nanoseconds())
	}
	return taken, nil
}
