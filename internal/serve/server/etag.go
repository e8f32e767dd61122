package server

import "strings"

// matches returns whether If-None-Match names an ETag. lines are the lines of that header: lists of ETags, or *. The
// comparison is weak, as RFC 9110 demands. With firstOnly only the first ETag of a list counts: an agent puts the ETag of the
// bundle that it has first, and those of earlier bundles after it.
func matches(lines []string, etag string, firstOnly bool) bool {
	for _, line := range lines {
		for tag := range strings.SplitSeq(line, ",") {
			tag = strings.TrimSpace(tag)
			if tag == "*" || strings.TrimPrefix(tag, "W/") == etag {
				return true
			}
			if firstOnly && tag != "" {
				return false
			}
		}
	}
	return false
}
