package server

import (
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
				seconds, err := strconv.ParseUint(strings.Trim(value, `"`), 10, 31)
				if err == nil {
					return min(time.Duration(seconds)*time.Second, maxWait), true
				}
			}
			line = line[min(end+1, len(line)):]
		}
	}
	return 0, false
}
