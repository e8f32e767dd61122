package serve

import (
	"errors"
	"fmt"
	"time"

	"winpolicy/internal/bundler"
	"winpolicy/internal/serve/access"
	"winpolicy/internal/serve/publisher"
	"winpolicy/internal/serve/server"
)

// Options are the flags of serve.
type Options struct {
	Publisher       publisher.Publisher // what to serve
	Access          access.Options      // where, and to whom
	MaxHold         time.Duration       // the longest time that a long poll is held
	MaxWaiters      int                 // how many long polls are held at once
	MaxConnections  int                 // how many connections are open at once; 0 means no limit
	Rate            float64             // requests a second that each client may send; 0 means no limit
	Rescan          time.Duration       // how often to compare the files, beside the file system's reports
	SinglePublisher bool                // no other server has these bundles
}

// check returns an error that names the first flag with an invalid value.
func (o Options) check() error {
	key := o.Publisher.Key
	switch {
	case o.MaxHold < server.MinHold:
		return fmt.Errorf("--max-hold %s is too short, because agents repeat a poll as soon as it is answered; use %s or more", o.MaxHold, server.MinHold)
	case o.Rescan < time.Second:
		return fmt.Errorf("--rescan %s is too short; use 1s or more", o.Rescan)
	case o.MaxWaiters < 0 || o.MaxConnections < 0 || o.Rate < 0:
		return errors.New("--max-waiters, --max-connections and --rate must not be negative")
	case key.Path != "" && !bundler.IsReproducible(key.Algorithm) && !o.SinglePublisher:
		return fmt.Errorf("--signing-alg %s signs the same bundle differently each time, so agents download it again from each server; use RS256, or --single-publisher if you run one server", key.Algorithm)
	}
	return nil
}
