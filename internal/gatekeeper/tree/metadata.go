package tree

import (
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Metadata is what the library reads of a rule's METADATA.
type Metadata struct {
	Package string
	Short   any // what a finding carries on, as encoding/json decodes it
	Full    any // with the rule's parameters and their defaults
}

// result is the package whose functions need only the short form. The full one at each call would add 22 kB to a template.
const result = "lib.windows.result"

// ReplaceMetadata writes rego.metadata.chain() of each rule as a constant, because a template carries no METADATA. Any other
// call of rego.metadata is an error with its file and line: it would be empty there.
func (t *Tree) ReplaceMetadata(rules []Metadata) error {
	var problems []error
	for _, rule := range rules {
		for _, module := range t.byPackage[rule.Package] {
			if err := replaceChain(module, rule); err != nil {
				problems = append(problems, fmt.Errorf("METADATA of %s: %w", rule.Package, err))
			}
		}
	}
	for _, module := range t.modules {
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			if ref.HasPrefix(metadataFunctions) {
				problems = append(problems, fmt.Errorf("%s: %s: a template has no METADATA; call rego.metadata.chain() in the package of a rule, and hand its value over", ref[0].Location, ref))
			}
			return false
		})
	}
	return errors.Join(problems...)
}

var metadataFunctions = ast.MustParseRef("rego.metadata")

func replaceChain(module *ast.Module, rule Metadata) error {
	short, err := chain(rule.Short)
	if err != nil {
		return err
	}
	full, err := chain(rule.Full)
	if err != nil {
		return err
	}
	names := imports(module)
	var reports []*ast.Term // the arguments of result's functions
	eachTerm(module, func(term *ast.Term) bool {
		call, ok := term.Value.(ast.Call)
		switch {
		case !ok:
		case isChain(call):
			put(term, full)
			return true
		case names[operator(call)] == result:
			for _, argument := range call[1:] {
				if inner, ok := argument.Value.(ast.Call); ok && isChain(inner) {
					reports = append(reports, argument)
				}
			}
		}
		return false
	})
	if len(reports) > 1 { // one constant is shorter than many copies, and only a finding evaluates it
		if short, err = define(module, "metadata_of_rule", short); err != nil {
			return err
		}
	}
	for _, argument := range reports {
		put(argument, short)
	}
	return rehash(module)
}

func isChain(call ast.Call) bool { return call[0].Value.String() == "rego.metadata.chain" }

// operator gives the name before the first dot of what is called.
func operator(call ast.Call) string {
	if ref, ok := call[0].Value.(ast.Ref); ok {
		return ref[0].Value.String()
	}
	return ""
}

// chain gives the value of rego.metadata.chain() in a package with these custom annotations.
func chain(custom any) (*ast.Term, error) {
	value, err := ast.InterfaceToValue([]any{map[string]any{"annotations": map[string]any{"custom": custom}}})
	if err != nil {
		return nil, err
	}
	return ast.NewTerm(value), nil
}
