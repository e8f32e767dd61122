package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/rego"
)

// resultPackage is the package whose functions make findings.
const resultPackage = "lib.windows.result"

var (
	makers   = []string{"deny", "warn", "note"}
	required = []string{"enforcedBy", "field", "says"} // what a maker needs to know of a finding
)

// checkFindings returns an error for every finding of a rule that cannot be reported. Without it such a finding would be
// dropped when the rules are evaluated.
func checkFindings(module rego.Module) []error {
	var problems []error
	found := false
	for _, rule := range module.Parsed.Rules {
		if rule.Head.Ref().String() != "finding" && rule.Head.Name != "finding" {
			continue
		}
		found = true
		if err := checkFinding(module, rule.Head); err != nil {
			problems = append(problems, fmt.Errorf("line %d: %w", rule.Location.Row, err))
		}
	}
	if !found {
		problems = append(problems, errors.New("the package defines no `finding`; write `finding contains result.deny(...) if { … }`"))
	}
	return problems
}

func checkFinding(module rego.Module, head *ast.Head) error {
	if head.Key == nil {
		return errors.New("`finding` must be a set; write `finding contains result.deny(...) if { … }`")
	}
	call, ok := head.Key.Value.(ast.Call)
	if !ok {
		return fmt.Errorf("%s is not a finding; make it with result.%s(rego.metadata.chain(), {…}) and import data.%s",
			head.Key, strings.Join(makers, ", result."), resultPackage)
	}
	name := strings.TrimPrefix(call[0].Value.String(), "data.")
	maker, alias := name[strings.LastIndex(name, ".")+1:], name[:max(strings.LastIndex(name, "."), 0)]
	made := slices.Contains(makers, maker) && (alias == resultPackage || importedAs(module, alias) == resultPackage)
	switch {
	case !made && !module.Own():
		return nil // a library of the program makes it
	case !made:
		return fmt.Errorf("%s makes no finding; use result.%s of data.%s", name, strings.Join(makers, ", result."), resultPackage)
	case len(call) != 3:
		return fmt.Errorf("result.%s takes rego.metadata.chain() and an object", maker)
	}
	return checkAbout(maker, call[2])
}

// checkAbout names what is missing in what a maker is told of a finding, as far as the text shows it.
func checkAbout(maker string, about *ast.Term) error {
	object, ok := about.Value.(ast.Object)
	if !ok {
		return nil
	}
	var missing []string
	for _, key := range required {
		if object.Get(ast.StringTerm(key)) == nil {
			missing = append(missing, key)
		}
	}
	if len(missing) > 0 {
		return fmt.Errorf("result.%s lacks %s", maker, strings.Join(missing, " and "))
	}
	return nil
}

// importedAs returns the package below data that a module calls by a name, or "".
func importedAs(module rego.Module, name string) string {
	for _, statement := range module.Parsed.Imports {
		if statement.Name().String() == name {
			return strings.TrimPrefix(statement.Path.String(), "data.")
		}
	}
	return ""
}
