// Package watch keeps what a server was started with up to date: files and folders are watched, and loaded again when
// their content has changed. What cannot be loaded changes nothing.
package watch

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"
)

// Source is something that is loaded from files.
type Source struct {
	Name  string   // what logs and metrics call it
	Paths []string // files and folders; those that are not there yet are waited for
	// Load reads them and puts the result to use, or leaves everything as it was and says why. It has Timeout for it.
	Load func(context.Context) error
}

// Timeout is how long one Load may take.
const Timeout = 2 * time.Minute

// Observer is told what becomes of each load.
type Observer interface {
	Took(source string, now time.Time)
	Refused(source string)
}

// State is what became of a source's last load.
type State struct {
	Name   string    `json:"source"`
	InUse  time.Time `json:"inUseSince"`      // when what is in use was taken
	Failed time.Time `json:"failed,omitzero"` // when the last change was refused
	Error  string    `json:"error,omitzero"`  // why; empty where what is in use is the newest
	digest string    // of the content that was tried last
}

// Set is the sources of a server.
type Set struct {
	observer Observer
	log      *slog.Logger

	sources []Source
	mutex   sync.Mutex
	states  []State
}

// Open loads every source, in their order. At the start nothing is in use yet, so that a failure is the end.
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
		observer.Took(source.Name, now)
	}
	return set, nil
}

// States tells how it stands with each source.
func (s *Set) States() []State {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]State{}, s.states...)
}

// Follow loads what has changed until the context ends. It looks when the file system tells of a change, and at every
// interval besides, for there are file systems that tell nothing.
func (s *Set) Follow(ctx context.Context, interval time.Duration) {
	var paths []string
	for _, source := range s.sources {
		paths = append(paths, source.Paths...)
	}
	watcher := newWatcher(paths, s.log)
	defer watcher.close()
	for {
		// First watched and then looked at, so that nothing changes in between unseen.
		watcher.add()
		for i := range s.sources {
			s.update(ctx, i)
		}
		if !watcher.wait(ctx, interval) {
			return
		}
	}
}

// update loads a source whose content is another than that which was tried last.
func (s *Set) update(ctx context.Context, i int) {
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
		s.observer.Refused(source.Name)
		s.log.Error("a change is refused, what was before stays in use", "source", source.Name, "error", err)
		return
	}
	*state = State{Name: source.Name, InUse: now, digest: found}
	s.observer.Took(source.Name, now)
	s.log.Info("a change is in use", "source", source.Name)
}

func load(ctx context.Context, source Source) (err error) {
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	// What is loaded is somebody's input, and one bad file is not to end a server that serves a good bundle.
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("%s: cannot be read: %v", source.Name, caught)
		}
	}()
	return source.Load(ctx)
}
