package server

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// maxWait bounds the wait that is read. The server's own limit is far lower.
const maxWait = 24 * time.Hour

// preferredWait returns the time in wait=N, in seconds, or false if there is none. lines are the lines of the header Prefer.
// OPA separates preferences by semicolons and RFC 7240 by commas, so both are accepted.
func preferredWait(lines []string) (time.Duration, bool) {
	for _, line := range lines {
		for len(line) > 0 {
			end := strings.IndexAny(line, ";, \t")
			if end < 0 {
				end = len(line)
			}
			if value, ok := strings.CutPrefix(line[:end], "wait="); ok {
				if wait, ok := seconds(strings.Trim(value, `"`)); ok {
					return wait, true
				}
			}
			line = line[min(end+1, len(line)):]
		}
	}
	return 0, false
}

// seconds returns a time in seconds, at most maxWait. A number that is too large is a wait all the same.
func seconds(text string) (time.Duration, bool) {
	number, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || !(number >= 0) { // NaN is no wait
		return 0, false
	}
	return time.Duration(min(number, maxWait.Seconds()) * float64(time.Second)), true
}
