// Package driver compiles the Rego of a ConstraintTemplate as Gatekeeper's own driver does, so that what Gatekeeper would
// refuse is an error where the template is made. It uses OPA only: Gatekeeper's modules would triple the program.
package driver

import (
	"errors"
	"fmt"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Template is the Rego of one template.
type Template struct {
	Entry     *ast.Module   // defines violation
	Libraries []*ast.Module // each in a package below data.lib
	Inventory bool          // whether the template may read data.inventory
}

// disabled are the builtins that Gatekeeper's own manifests switch off.
var disabled = []string{"http.send"}

// Compile compiles the template with the capabilities of an OPA. Each error has the file and line of the module that it is
// about. The modules stay as they are.
func Compile(template Template, capabilities *ast.Capabilities) error {
	entry := copied(template.Entry)
	var libraries []*ast.Module
	for _, library := range template.Libraries {
		libraries = append(libraries, copied(library))
	}
	rewriter := rewriter{externs: []ast.Ref{}}
	if template.Inventory {
		rewriter.externs = append(rewriter.externs, ast.MustParseRef("data.inventory"))
	}
	problems := []error{defines(entry, "violation")}
	for _, library := range libraries {
		problems = append(problems, checkPackage(library))
	}
	for _, module := range append(libraries, entry) {
		problems = append(problems, rewriter.check(module))
	}
	if err := errors.Join(problems...); err != nil {
		return err
	}
	entry.Package.Path = ast.MustParseRef("data.template")
	asking, err := ast.ParseModuleWithOpts("hook", hook, ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return err
	}
	modules := map[string]*ast.Module{"hook": asking, "entry": entry}
	for i, library := range libraries {
		library.Package.Path = prefixed(library.Package.Path)
		modules[fmt.Sprintf("library %d", i)] = library
	}
	for _, module := range append(libraries, entry) {
		rewriter.rewrite(module)
	}
	known := *capabilities
	known.Builtins = slices.DeleteFunc(slices.Clone(capabilities.Builtins), func(builtin *ast.Builtin) bool {
		return slices.Contains(disabled, builtin.Name)
	})
	compiler := ast.NewCompiler().WithCapabilities(&known)
	if compiler.Compile(modules); compiler.Failed() {
		return compiler.Errors
	}
	return nil
}

// copied gives a copy of a module. OPA's own copy leaves else branches in the module that was copied, and in its package.
func copied(module *ast.Module) *ast.Module {
	made := module.Copy()
	for _, rule := range made.Rules {
		for ; rule != nil; rule = rule.Else {
			rule.Module = made
		}
	}
	return made
}

// hook is the module by which Gatekeeper asks a template: it reads r.msg, so a violation without one does not compile.
const hook = `package hooks

violation contains {"details": object.get(r, "details", {}), "msg": r.msg} if some r in data.template.violation
`

func defines(module *ast.Module, name ast.Var) error {
	if slices.ContainsFunc(module.Rules, func(rule *ast.Rule) bool { return rule.Head.Name == name }) {
		return nil
	}
	return fmt.Errorf("%s: the module of a template has to define %s", module.Package.Location, name)
}

func checkPackage(library *ast.Module) error {
	if path := library.Package.Path; len(path) < 3 || !path.HasPrefix(libraryRoot) {
		return fmt.Errorf("%s: %s: Gatekeeper takes libraries only below data.lib; move the package there", library.Package.Location, library.Package)
	}
	return nil
}
