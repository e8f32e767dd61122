package watch

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// After a change the watcher waits until nothing changes for settle, but not longer than patience.
const (
	settle   = 200 * time.Millisecond
	patience = 2 * time.Second
)

// watcher waits for changes near the paths. It watches folders and no files, because the watch of a file ends when the file is
// replaced.
type watcher struct {
	notify *fsnotify.Watcher // nil if the system has no watch left; then only the interval counts
	paths  []string
}

func newWatcher(paths []string, log *slog.Logger) *watcher {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		log.Warn("cannot watch files; they are only compared at every --rescan", "error", err)
		return &watcher{}
	}
	return &watcher{notify: notify, paths: paths}
}

func (w *watcher) close() {
	if w.notify != nil {
		_ = w.notify.Close() // there is nothing to flush
	}
}

// add watches every folder that exists now. Call it before each comparison, because folders come and go. A folder that
// cannot be watched is only compared after each interval.
func (w *watcher) add() {
	if w.notify == nil {
		return
	}
	for _, path := range w.paths {
		_ = w.notify.Add(filepath.Dir(path))
		for _, root := range []string{path, resolve(path)} {
			_ = w.notify.Add(filepath.Dir(root))
			_ = filepath.WalkDir(root, func(folder string, entry fs.DirEntry, err error) error {
				if err != nil || !entry.IsDir() {
					return nil // compared after each interval
				}
				if folder != root && hidden(entry.Name()) {
					return fs.SkipDir
				}
				_ = w.notify.Add(folder)
				return nil
			})
		}
	}
}

// wait returns true when it is time to compare, and false when the context has ended.
func (w *watcher) wait(ctx context.Context, interval time.Duration) bool {
	tick := time.NewTimer(interval)
	defer tick.Stop()
	var events chan fsnotify.Event
	var errors chan error
	if w.notify != nil {
		events, errors = w.notify.Events, w.notify.Errors
	}
	select {
	case <-ctx.Done():
		return false
	case <-tick.C:
		return true
	case <-errors: //nolint:errcheck // an error only means that events were lost
		return true
	case <-events:
	}
	latest := time.NewTimer(patience)
	defer latest.Stop()
	for {
		quiet := time.NewTimer(settle)
		select {
		case <-ctx.Done():
			return false
		case <-latest.C:
			return true
		case <-quiet.C:
			return true
		case <-events:
			quiet.Stop()
		}
	}
}
