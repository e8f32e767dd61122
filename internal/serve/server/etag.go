package server

import "strings"

// matches compares weakly, as RFC 9110 wants it of If-None-Match: a list, over one line or several, or *. With current
// only the first ETag counts: OPA names the one it has first, and those that it had before after it.
func matches(lines []string, etag string, current bool) bool {
	for _, line := range lines {
		for tag := range strings.SplitSeq(line, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
			if current && tag != "" {
				return false
			}
		}
	}
	return false
}
