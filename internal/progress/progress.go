// Package progress shows on a terminal how far a long run is: one line, which is written again in place and is gone at the end.
package progress

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

const (
	// patience is how long a run lasts before the line appears.
	patience = time.Second
	// interval is the least time between two states of the line.
	interval = 250 * time.Millisecond
)

// Line is the line of one run. A nil Line shows nothing.
type Line struct {
	terminal io.Writer
	width    int // most characters of the line
	stop     chan struct{}
	stopped  sync.WaitGroup

	lock   sync.Mutex // of what is below
	text   string     // what the line is to say
	shown  string     // what the terminal shows
	broken bool       // whether other output stands in the terminal's line
}

// Start begins a line on a terminal with a width in characters. The caller stops it.
func Start(terminal io.Writer, width int) *Line {
	line := &Line{terminal: terminal, width: width - 1, stop: make(chan struct{})} // a full line would wrap
	line.stopped.Go(line.run)
	return line
}

func (l *Line) run() {
	select {
	case <-l.stop:
		return
	case <-time.After(patience):
	}
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for {
		l.draw()
		select {
		case <-l.stop:
			return
		case <-ticks.C:
		}
	}
}

func (l *Line) draw() {
	l.lock.Lock()
	defer l.lock.Unlock()
	if l.broken || l.text == l.shown {
		return
	}
	l.erase()
	l.shown = l.text
	fmt.Fprint(l.terminal, l.shown)
}

// erase removes the line with spaces, which every terminal understands.
func (l *Line) erase() {
	if l.shown != "" {
		fmt.Fprintf(l.terminal, "\r%s\r", strings.Repeat(" ", len(l.shown)))
		l.shown = ""
	}
}

// Show sets what the line says: ASCII, in one line.
func (l *Line) Show(format string, arguments ...any) {
	if l == nil {
		return
	}
	text := fmt.Sprintf(format, arguments...)
	l.lock.Lock()
	defer l.lock.Unlock()
	l.text = text[:min(len(text), max(l.width, 0))]
}

// Above returns a writer for other output on the same terminal. The line makes room for it.
func (l *Line) Above(out io.Writer) io.Writer {
	if l == nil {
		return out
	}
	return above{l, out}
}

type above struct {
	line *Line
	out  io.Writer
}

func (a above) Write(text []byte) (int, error) {
	a.line.lock.Lock()
	defer a.line.lock.Unlock()
	a.line.erase()
	a.line.broken = !bytes.HasSuffix(text, []byte("\n"))
	return a.out.Write(text)
}

// Stop removes the line.
func (l *Line) Stop() {
	if l == nil {
		return
	}
	close(l.stop)
	l.stopped.Wait()
	l.lock.Lock()
	defer l.lock.Unlock()
	l.erase()
}
