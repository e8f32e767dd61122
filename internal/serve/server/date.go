package server

import (
	"net/http"
	"sync/atomic"
	"time"
)

// dates writes the header Date, once a second for all answers.
type dates struct {
	last atomic.Pointer[dateLine]
}

type dateLine struct {
	second int64
	text   string
}

func (d *dates) line(now time.Time) string {
	last := d.last.Load()
	if last == nil || last.second != now.Unix() {
		last = &dateLine{now.Unix(), "Date: " + now.UTC().Format(http.TimeFormat) + "\r\n"}
		d.last.Store(last)
	}
	return last.text
}
