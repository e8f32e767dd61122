package check

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/manifest"
)

// selections hold the selectors of the input. They tell which objects rules can ask about, so that nothing else has to be
// kept: a folder can hold very many workloads.
type selections struct {
	selecting map[selecting]bool
	selectors map[label][]ast.Object
	wanted    map[string][]catalog.Selection // by the kind that is read; missing if every object of the kind is read
}

// selecting is a kind that selects, and the path of its selector.
type selecting struct{ kind, path string }

// label is one label that a selector names, in the namespace of the object that selects.
type label struct {
	by                    selecting
	namespace, key, value string
}

func newSelections(rules []catalog.Rule) *selections {
	s := &selections{map[selecting]bool{}, map[label][]ast.Object{}, map[string][]catalog.Selection{}}
	all := map[string]bool{}
	for _, rule := range rules {
		for _, synced := range rule.Inventory {
			for _, kind := range synced.Kinds {
				if synced.SelectedBy == nil {
					all[kind] = true
					continue
				}
				s.wanted[kind] = append(s.wanted[kind], *synced.SelectedBy)
				s.selecting[selecting{synced.SelectedBy.Kind, synced.SelectedBy.Selector}] = true
			}
		}
	}
	for kind := range all {
		delete(s.wanted, kind)
	}
	return s
}

// kinds are those of the objects that select.
func (s *selections) kinds() []string {
	var all []string
	for by := range s.selecting {
		all = append(all, by.kind)
	}
	return all
}

// add keeps the selector of an object that selects. An empty selector selects nothing.
func (s *selections) add(object ast.Object) {
	for by := range s.selecting {
		selector, ok := manifest.Inner(object, manifest.Steps(by.path)...)
		if !ok || selector.Len() == 0 || by.kind != manifest.Text(object, "kind") {
			continue
		}
		first := selector.Keys()[0]
		at := labelOf(by, object, first, selector.Get(first))
		s.selectors[at] = append(s.selectors[at], selector)
	}
}

func labelOf(by selecting, object ast.Object, key, value *ast.Term) label {
	return label{by, manifest.Text(object, "metadata", "namespace"), key.String(), value.String()}
}

// reads tells whether a rule can ask about an object of a kind that rules read.
func (s *selections) reads(kind string, object ast.Object) bool {
	wanted, some := s.wanted[kind]
	if !some {
		return true
	}
	for _, one := range wanted {
		if labels, ok := manifest.Inner(object, manifest.Steps(one.Labels)...); ok && s.selects(one, object, labels) {
			return true
		}
	}
	return false
}

func (s *selections) selects(one catalog.Selection, object, labels ast.Object) bool {
	by := selecting{one.Kind, one.Selector}
	return labels.Until(func(key, value *ast.Term) bool {
		for _, selector := range s.selectors[labelOf(by, object, key, value)] {
			if covers(labels, selector) {
				return true
			}
		}
		return false
	})
}

// covers tells whether labels have all labels of a selector.
func covers(labels, selector ast.Object) bool {
	return !selector.Until(func(key, value *ast.Term) bool {
		found := labels.Get(key)
		return found == nil || !found.Equal(value)
	})
}
