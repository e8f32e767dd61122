package check

import (
	"cmp"
	"hash/maphash"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/manifest"
)

// selections know the selectors of the input. They tell which objects rules can ask about, so that nothing else has to be
// kept. There can be as many selectors as objects, so of each only a hash is kept, and its set of keys, which many share.
type selections struct {
	seed   maphash.Seed
	keys   map[selecting]map[string][][]string // sets of keys by their first key
	some   bool                                // whether there is a selector
	wanted map[string][]catalog.Selection      // by the kind that is read; missing if every object of the kind is read
}

// selecting is a kind that selects, and the path of its selector.
type selecting struct{ kind, path string }

func selectingOf(one catalog.Selection) selecting { return selecting{one.Kind, one.Selector} }

// label is one label that an object selects in its namespace.
type label struct {
	by                    selecting
	namespace, key, value string
}

func newSelections(rules []catalog.Rule) *selections {
	s := &selections{seed: maphash.MakeSeed(), keys: map[selecting]map[string][][]string{}, wanted: map[string][]catalog.Selection{}}
	all := map[string]bool{}
	for _, rule := range rules {
		for _, synced := range rule.Inventory {
			for _, kind := range synced.Kinds {
				if synced.SelectedBy == nil {
					all[kind] = true
					continue
				}
				s.wanted[kind] = append(s.wanted[kind], *synced.SelectedBy)
				s.keys[selectingOf(*synced.SelectedBy)] = map[string][][]string{}
			}
		}
	}
	for kind := range all {
		delete(s.wanted, kind)
	}
	return s
}

// own returns the kinds that nothing but rules about an object that selects read, and which such a rule reads only for the
// object that it judges.
func (s *selections) own(rules []catalog.Rule) map[string]bool {
	all := map[string]bool{}
	for kind := range s.wanted {
		all[kind] = true
	}
	for _, rule := range rules {
		for _, synced := range rule.Inventory {
			if by := synced.SelectedBy; by != nil && slices.ContainsFunc(rule.KindNames(), func(kind string) bool { return kind != by.Kind }) {
				for _, kind := range synced.Kinds {
					delete(all, kind)
				}
			}
		}
	}
	return all
}

// kinds are those of the objects that select.
func (s *selections) kinds() []string {
	var all []string
	for by := range s.keys {
		all = append(all, by.kind)
	}
	return all
}

// of returns the hashes of the selectors of an input, which are those of a manifest, or of both objects of a review.
func (s *selections) of(input ast.Object) []uint64 {
	return s.each(input, func(selecting, []string) {})
}

// add keeps the selectors of an input, and returns their hashes.
func (s *selections) add(input ast.Object) []uint64 {
	return s.each(input, func(by selecting, keys []string) {
		s.some = true
		sets := s.keys[by]
		if !slices.ContainsFunc(sets[keys[0]], func(set []string) bool { return slices.Equal(set, keys) }) {
			sets[keys[0]] = append(sets[keys[0]], keys)
		}
	})
}

// each uses the keys of each selector of an input, and returns the hashes of the selectors.
func (s *selections) each(input ast.Object, use func(by selecting, keys []string)) []uint64 {
	var all []uint64
	for _, one := range candidates(input) {
		for by := range s.keys {
			if selector, ok := one.selector(by); ok {
				keys := textsOf(selector)
				use(by, keys)
				all = append(all, s.hash(by, one.namespace, selector, keys))
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// matching returns the hashes that selectors of an object would have. Only some of them exist.
func (s *selections) matching(object ast.Object) []uint64 {
	var all []uint64
	namespace := manifest.Text(object, "metadata", "namespace")
	for _, one := range s.wanted[manifest.Text(object, "kind")] {
		labels, ok := manifest.Inner(object, manifest.Steps(one.Labels)...)
		if !ok {
			continue
		}
		by := selectingOf(one)
		for _, key := range textsOf(labels) {
			for _, set := range s.keys[by][key] {
				if hasAll(labels, set) {
					all = append(all, s.hash(by, namespace, labels, set))
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// hash returns the hash of the labels with some keys, whatever their order.
func (s *selections) hash(by selecting, namespace string, labels ast.Object, keys []string) uint64 {
	var sum uint64
	for _, key := range keys {
		sum += maphash.Comparable(s.seed, label{by, namespace, key, textOf(labels.Get(ast.StringTerm(key)))})
	}
	return sum
}

// hasAll tells whether labels have all keys of a set.
func hasAll(labels ast.Object, keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return labels.Get(ast.StringTerm(key)) == nil })
}

// textsOf returns the keys of labels in their order.
func textsOf(labels ast.Object) []string {
	keys := make([]string, 0, labels.Len())
	labels.Foreach(func(key, _ *ast.Term) { keys = append(keys, textOf(key)) })
	return keys
}

// textOf returns a text as it is, and any other value as JSON.
func textOf(value *ast.Term) string {
	if text, ok := value.Value.(ast.String); ok {
		return string(text)
	}
	return value.String()
}

// candidate is an object that may select others, and its namespace.
type candidate struct {
	object    ast.Object
	namespace string
}

// candidates returns the object of a manifest, or the new and the old object of a review.
func candidates(input ast.Object) []candidate {
	if manifest.Text(input, "kind") != "AdmissionReview" {
		return []candidate{{input, manifest.Text(input, "metadata", "namespace")}}
	}
	var all []candidate
	for _, field := range []string{"object", "oldObject"} {
		if object, ok := manifest.Inner(input, "request", field); ok {
			namespace := manifest.Text(input, "request", "namespace")
			all = append(all, candidate{object, cmp.Or(namespace, manifest.Text(object, "metadata", "namespace"))})
		}
	}
	return all
}

// selector returns the selector of an object of a kind that selects. An empty selector selects nothing.
func (c candidate) selector(by selecting) (ast.Object, bool) {
	selector, ok := manifest.Inner(c.object, manifest.Steps(by.path)...)
	return selector, ok && selector.Len() > 0 && manifest.Text(c.object, "kind") == by.kind
}
