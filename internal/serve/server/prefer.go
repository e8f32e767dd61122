package server

import (
	"strconv"
	"strings"
	"time"
)

// maxWait is what is read of wait at most; the server's own limit is far below.
const maxWait = 24 * time.Hour

// preferredWait finds wait=N, in seconds, among preferences. OPA joins them by semicolons, where RFC 7240 has commas:
// both separate here.
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
