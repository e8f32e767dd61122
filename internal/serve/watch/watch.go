// Package watch keeps what a server has loaded from files up to date. It watches files and folders, and loads them again when
// their content changes. A source that cannot be loaded changes nothing: the previous version stays in use.
package watch

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Source is a set of files and folders that is loaded as a whole.
type Source struct {
	Name  string   // for logs and metrics
	Paths []string // files and folders; a missing one is loaded when it appears
	// Load reads the paths and puts the result to use. If it returns an error, it must leave the previous version in use. Its
	// context ends after Timeout.
	Load func(context.Context) error
}

// Timeout bounds one call of Load.
const Timeout = 2 * time.Minute

// Observer learns the result of each load.
type Observer interface {
	Accepted(source string, now time.Time)
	Rejected(source string)
}

// State is the result of a source's last load.
type State struct {
	Name   string    `json:"source"`
	InUse  time.Time `json:"inUseSince"`      // when the version in use was loaded
	Failed time.Time `json:"failed,omitzero"` // when the last change was rejected; zero if it was accepted
	Error  string    `json:"error,omitzero"`  // why it was rejected
	digest string    // of the content that was loaded or rejected last
}

// Set is the sources of a server.
type Set struct {
	observer Observer
	log      *slog.Logger

	sources []Source
	mutex   sync.Mutex // guards states
	states  []State
}

// Open loads every source in the given order. It returns the first error: at the start there is no previous version.
func Open(ctx context.Context, observer Observer, log *slog.Logger, sources ...Source) (*Set, error) {
	set := &Set{observer: observer, log: log, sources: sources, states: make([]State, len(sources))}
	for i, source := range sources {
		found, err := digest(source.Paths)
		if err == nil {
			err = load(ctx, source)
		}
		if err != nil {
			return nil, err
		}
		now := time.Now()
		set.states[i] = State{Name: source.Name, InUse: now, digest: found}
		observer.Accepted(source.Name, now)
	}
	return set, nil
}

// States returns the state of each source, in the order of Open.
func (s *Set) States() []State {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]State{}, s.states...)
}

// Follow loads each source again when its content changes, until the context ends. It compares the content when the file
// system reports a change, and also after every interval, because some file systems report nothing.
func (s *Set) Follow(ctx context.Context, interval time.Duration) {
	var paths []string
	for _, source := range s.sources {
		paths = append(paths, source.Paths...)
	}
	watcher := newWatcher(paths, s.log)
	defer watcher.close()
	for {
		// Watch before comparing, so that no change between both is missed.
		watcher.add()
		for i := range s.sources {
			s.reload(ctx, i)
		}
		if !watcher.wait(ctx, interval) {
			return
		}
	}
}

// reload loads a source if its content differs from the content that was loaded or rejected last.
func (s *Set) reload(ctx context.Context, i int) {
	source := s.sources[i]
	found, err := digest(source.Paths)
	if err != nil {
		found = err.Error()
	}
	if found == s.states[i].digest {
		return
	}
	if err == nil {
		err = load(ctx, source)
	}
	if ctx.Err() != nil {
		return
	}
	now := time.Now()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	state := &s.states[i]
	state.digest = found
	if err != nil {
		state.Failed, state.Error = now, err.Error()
		s.observer.Rejected(source.Name)
		s.log.Error("change rejected; the previous version stays in use", "source", source.Name, "error", err)
		return
	}
	*state = State{Name: source.Name, InUse: now, digest: found}
	s.observer.Accepted(source.Name, now)
	s.log.Info("change accepted", "source", source.Name)
}

func load(ctx context.Context, source Source) (err error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	// One bad file must not end a server that serves a good bundle.
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("load %s: panic: %v", source.Name, caught)
		}
	}()
	return source.Load(ctx)
}
