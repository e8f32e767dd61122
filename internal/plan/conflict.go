package plan

import "strings"

// conflict says which rule has two values, in the words of topdown. name is that of a planned function: "g0.data.a.b".
func conflict(name string, params int) string {
	_, said, found := strings.Cut(name, ".")
	if !found {
		said = name
	}
	if params > 2 {
		return "function " + said + " produced conflicting values for the same inputs"
	}
	return "rule " + said + " produced conflicting values"
}
