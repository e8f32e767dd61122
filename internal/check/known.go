package check

import (
	"bytes"
	"context"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
)

// Known reads from the input what rules may know of objects other than the one they judge. RuntimeClasses join those of
// the configuration. Of every other object it keeps only the fields that the METADATA of a rule names, and only if the
// configuration enables the rule, the input can hold an object that the rule judges, and the rule can ask about the
// object. Documents that cannot be read are left to Judge. What it returns is incomplete when the context has ended.
func (in *Input) Known(ctx context.Context, config engine.Config, rules []catalog.Rule) engine.Data {
	in.kinds = kindsOf(rules)
	rules = Asking(rules, config)
	texts := in.scan(ctx, rules)
	others := NewOthers(slices.DeleteFunc(rules, func(rule catalog.Rule) bool { return !texts.mayHold(rule) }))
	for object := range texts.objects(ctx, others.Selecting()) {
		others.Select(object)
	}
	for object := range texts.objects(ctx, others.Kinds()) {
		others.Add(object)
	}
	return others.Data(config)
}

// objects yields the objects of the documents that mention one of the kinds.
func (t texts) objects(ctx context.Context, kinds []string) func(func(ast.Object) bool) {
	return func(yield func(ast.Object) bool) {
		for document, err := range documents(t.sourcesWith(kinds)) {
			if ctx.Err() != nil {
				return
			}
			if err != nil || !containsAny(document.Raw, kinds) {
				continue
			}
			inputs, _ := document.Inputs()
			for _, input := range inputs {
				if !yield(withNamespace(input.Value, t.namespace)) {
					return
				}
			}
		}
	}
}

// kindsOf returns the kinds that rules judge.
func kindsOf(rules []catalog.Rule) map[string]bool {
	kinds := map[string]bool{}
	for _, rule := range rules {
		for _, kind := range rule.KindNames() {
			kinds[kind] = true
		}
	}
	return kinds
}

// texts says which kinds the text of each source mentions. Looking for a word is much cheaper than parsing, and most
// documents concern no other.
type texts struct {
	namespace string // of objects that name none
	sources   []source
	mentions  []map[string]bool // by source, in the same order
}

// scan looks for the kinds that some rules judge and read, and for RuntimeClasses.
func (in *Input) scan(ctx context.Context, rules []catalog.Rule) texts {
	kinds := []string{RuntimeClass}
	for _, rule := range rules {
		kinds = append(kinds, rule.KindNames()...)
		for _, synced := range rule.Inventory {
			kinds = append(kinds, synced.Kinds...)
			if synced.SelectedBy != nil {
				kinds = append(kinds, synced.SelectedBy.Kind)
			}
		}
	}
	slices.Sort(kinds)
	kinds = slices.Compact(kinds)
	found := texts{namespace: in.namespace, sources: in.sources, mentions: make([]map[string]bool, len(in.sources))}
	for i, one := range in.sources {
		mentions := map[string]bool{}
		for document, err := range documents([]source{one}) {
			if ctx.Err() != nil {
				break
			}
			if err != nil {
				continue
			}
			for _, kind := range kinds {
				if !mentions[kind] && bytes.Contains(document.Raw, []byte(kind)) {
					mentions[kind] = true
				}
			}
		}
		found.mentions[i] = mentions
	}
	return found
}

// mayHold reports whether the texts may hold an object that a rule judges. A rule about pods also judges custom kinds
// that carry a pod, which no kind names.
func (t texts) mayHold(rule catalog.Rule) bool {
	kinds := rule.KindNames()
	return slices.Contains(kinds, "Pod") || len(t.sourcesWith(kinds)) > 0
}

func (t texts) sourcesWith(kinds []string) []source {
	var all []source
	for i, mentions := range t.mentions {
		if slices.ContainsFunc(kinds, func(kind string) bool { return mentions[kind] }) {
			all = append(all, t.sources[i])
		}
	}
	return all
}

func containsAny(text []byte, words []string) bool {
	return slices.ContainsFunc(words, func(word string) bool { return bytes.Contains(text, []byte(word)) })
}
