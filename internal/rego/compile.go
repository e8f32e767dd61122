package rego

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Compiler returns a compiler without the builtins that reach the network or the environment.
func Compiler() *ast.Compiler { return ast.NewCompiler().WithCapabilities(capabilities()) }

// Compile compiles modules with a Compiler.
func Compile(all []Module) (*ast.Compiler, error) {
	parsed := make(map[string]*ast.Module, len(all))
	for _, module := range all {
		parsed[module.File()] = module.Parsed
	}
	compiler := Compiler()
	if compiler.Compile(parsed); compiler.Failed() {
		return nil, fmt.Errorf("compile the policies: %w", compiler.Errors)
	}
	return compiler, nil
}

func capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	all.AllowNet = []string{}
	all.Builtins = slices.DeleteFunc(all.Builtins, func(builtin *ast.Builtin) bool {
		return builtin.Name == "http.send" || builtin.Name == "opa.runtime" || strings.HasPrefix(builtin.Name, "net.lookup")
	})
	return all
}
