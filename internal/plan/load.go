package plan

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// Load reads what Encode wrote. It checks the whole plan, so a plan with a statement, a form or a builtin that this
// package does not know is an error here and never while it is evaluated.
func Load(text string) (*Plan, error) {
	made, err := load(text)
	if err != nil {
		return nil, fmt.Errorf("load the plan: %w", err)
	}
	return made, nil
}

func load(text string) (*Plan, error) {
	rest, ok := strings.CutPrefix(text, format)
	if !ok {
		return nil, errors.New("it is not a plan of this version of winpolicy")
	}
	r := &reader{text: rest}
	l := &loader{builder: &builder{plan: &Plan{opa: r.part(), tree: folder{}}}}
	l.texts = make([]string, r.length())
	for i := range l.texts {
		l.texts[i] = r.part()
	}
	r.texts = l.texts
	l.values(r)
	l.limit.builtins = r.length()
	for range l.limit.builtins {
		l.builtins = append(l.builtins, r.name())
	}
	l.routines(r)
	switch {
	case r.err != nil:
		return nil, r.err
	case r.text != "":
		return nil, errors.New("text follows the plan")
	case len(l.plan.routines) == 0:
		return nil, errors.New("it has no function")
	}
	for _, name := range l.builtins {
		declared := ast.BuiltinMap[name]
		if declared == nil || topdown.GetBuiltin(name) == nil {
			return nil, fmt.Errorf("the builtin %s is unknown", name)
		}
		l.arguments = append(l.arguments, declared.Decl.Arity())
	}
	return l.plan, l.check()
}

// loader reads a plan.
type loader struct {
	*builder
	bodies     []body
	parameters []int // how many each function takes
	arguments  []int // how many each builtin takes
	limit      bounds
}

func (l *loader) values(r *reader) {
	l.parts = make([]string, r.length())
	for i := range l.parts {
		l.parts[i] = r.part()
	}
	l.constants = make([]*ast.Term, len(l.parts))
	l.limit.constants = len(l.parts)
}

func (l *loader) routines(r *reader) {
	l.limit.functions = r.length()
	for i := range l.limit.functions {
		r.name() // for people who read the bytes
		path := r.names()
		made := &routine{index: i, params: r.number(), slots: r.number(), keep: keeping(r.below(int(keepings), "keeping"))}
		limit := l.limit
		limit.slots = made.slots
		one := body{r.part(), limit}
		if made.params < 2 || made.slots < made.params || made.slots > maxSlots || made.keep != keepNothing && made.params > 4 || made.keep == keepInput && made.params == 2 {
			r.fail(fmt.Errorf("function %d has %d parameters and %d slots", i, made.params, made.slots))
		}
		made.ready = sync.OnceValues(func() ([]block, error) { return l.build(one) })
		l.parameters = append(l.parameters, made.params)
		l.bodies = append(l.bodies, one)
		l.plan.routines = append(l.plan.routines, made)
		l.plan.tree.place(path, made)
	}
}

// maxSlots limits the locals of a function. The planner makes some hundreds.
const maxSlots = 1 << 20

// place puts a routine at its path in data.
func (f folder) place(path []string, made *routine) {
	if len(path) == 0 {
		return
	}
	at := f[path[0]]
	if len(path) == 1 {
		at.leaf = made
	} else {
		if at.inner == nil {
			at.inner = folder{}
		}
		at.inner.place(path[1:], made)
	}
	f[path[0]] = at
}

// check reads every constant and every statement without keeping them.
func (l *loader) check() error {
	for _, part := range l.parts {
		r := &reader{text: part, texts: l.texts}
		if r.skip(0); r.err != nil || r.text != "" {
			return cmp.Or(r.err, errCut)
		}
	}
	r := &reader{checking: true}
	for _, one := range l.bodies {
		r.text = one.text
		one.limit.parameters, one.limit.arguments = l.parameters, l.arguments
		if r.blocks(one.limit, 0); r.err != nil || r.text != "" {
			return cmp.Or(r.err, errCut)
		}
	}
	return nil
}
