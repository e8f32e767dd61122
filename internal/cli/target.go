package cli

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/validation"
)

// podWords are the names that kubectl knows pods by.
var podWords = []string{"pod", "pods", "po"}

// podsOf returns the names of the pods that arguments name as kubectl takes them: pod/NAME..., or pod NAME.... The word alone
// names all pods. ok is false for any other text.
func podsOf(arguments []string) (names []string, ok bool) {
	if slices.Contains(podWords, arguments[0]) {
		names = arguments[1:]
		return names, !slices.ContainsFunc(names, func(name string) bool { return !isName(name) })
	}
	for _, one := range arguments {
		word, name, cut := strings.Cut(one, "/")
		if !cut || !slices.Contains(podWords, word) || !isName(name) {
			return nil, false
		}
		names = append(names, name)
	}
	return names, true
}

func isName(text string) bool { return len(validation.IsDNS1123Subdomain(text)) == 0 }
