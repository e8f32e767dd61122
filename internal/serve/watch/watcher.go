package watch

import (
	"context"
	"io/fs"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A change is looked at when nothing more has changed for settle, and after patience at the latest.
const (
	settle   = 200 * time.Millisecond
	patience = 2 * time.Second
)

// watcher wakes when something near the paths has changed. It watches folders alone: a file that is replaced takes its
// watch with it.
type watcher struct {
	notify *fsnotify.Watcher // nil where the system has none to give: the interval has to do
	paths  []string
}

func newWatcher(paths []string, log *slog.Logger) *watcher {
	notify, err := fsnotify.NewWatcher()
	if err != nil {
		log.Warn("files are not watched, only looked at from time to time", "error", err)
		return &watcher{}
	}
	return &watcher{notify: notify, paths: paths}
}

func (w *watcher) close() {
	if w.notify != nil {
		_ = w.notify.Close() // nothing was written
	}
}

// add watches every folder that is there now, again and again, for folders come and go. What cannot be watched is
// looked at in intervals.
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
					return nil // it is looked at in intervals
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

// wait returns when it is time to look, and false when the context has ended.
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
	case <-errors: // events were lost
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
