package plan

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// costlyBuiltins take so long that results of the functions which call them are worth keeping.
var costlyBuiltins = []string{"glob.match", "sprintf", "strings.any_prefix_match", "strings.any_suffix_match"}

func isCostly(builtin string) bool {
	return strings.HasPrefix(builtin, "regex.") || slices.Contains(costlyBuiltins, builtin)
}

// traits are what decides whether the results of a function are kept.
type traits struct {
	calls  []string // functions and builtins
	costly bool     // it calls a costly builtin, directly or not
	// impure says that the result can depend on more than the arguments: on input, on data, or on an effect such as time.
	impure bool
}

// keepingOf decides for each function of a policy whether its results are kept, and for how long. A rule that depends on
// nothing is a constant.
func keepingOf(funcs []*ir.Func) (map[string]keeping, error) {
	all := map[string]*traits{}
	for _, fn := range funcs {
		known, err := traitsOf(fn)
		if err != nil {
			return nil, err
		}
		all[fn.Name] = known
	}
	spread(all)
	kept := map[string]keeping{}
	for _, fn := range funcs {
		one := all[fn.Name]
		switch arguments := len(fn.Params) - 2; {
		case arguments == 0 && !one.impure:
			kept[fn.Name] = keepAlways
		case !one.costly:
		case arguments == 1 && !one.impure:
			kept[fn.Name] = keepAlways
		case arguments == 1 || arguments == 2:
			kept[fn.Name] = keepInput
		}
	}
	return kept, nil
}

// traitsOf looks at the function alone. It is impure if it uses input or data for anything but to pass them on.
func traitsOf(fn *ir.Func) (*traits, error) {
	known := &traits{}
	err := visit(fn.Blocks, func(_ ir.Stmt, s shape) {
		reads := s.reads
		switch s.op {
		case opCall:
			known.calls = append(known.calls, s.callee)
			if ast.BuiltinMap[s.callee] == nil && len(reads) >= 2 {
				reads = reads[2:]
			}
		case opCallDynamic:
			known.impure = true
		}
		for _, read := range reads {
			if local, ok := localOf(read); ok && local <= ir.Data {
				known.impure = true
			}
		}
	})
	return known, err
}

// spread gives the traits of callees to their callers.
func spread(all map[string]*traits) {
	for changed := true; changed; {
		changed = false
		for _, one := range all {
			for _, name := range one.calls {
				costly, impure := isCostly(name), hasEffect(name)
				if callee, ok := all[name]; ok {
					costly, impure = callee.costly, callee.impure
				}
				if costly && !one.costly || impure && !one.impure {
					one.costly, one.impure, changed = one.costly || costly, one.impure || impure, true
				}
			}
		}
	}
}

// hasEffect tells whether a builtin gives more than a function of its arguments, or is called for what it does.
func hasEffect(name string) bool {
	builtin, ok := ast.BuiltinMap[name]
	return !ok || builtin.Nondeterministic || builtin.Decl.Result() == nil || name == "trace"
}
