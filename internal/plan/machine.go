package plan

import (
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// What a step returns: one of these, or how many more blocks to leave. 0 leaves the current block.
const (
	next   = -1 // go on with the next step
	leave  = -2 // leave the function with the result in state.result
	failed = -3 // stop: state.err says why
)

// step is a statement that is ready to run. slots are the locals of the function; nil is undefined.
type step func(s *state, slots []*ast.Term) int

// block is a list of steps.
type block []step

// run runs the steps until one does not go on.
func (b block) run(s *state, slots []*ast.Term) int {
	for _, do := range b {
		if signal := do(s, slots); signal != next {
			return signal
		}
	}
	return next
}

// routine is a function that is ready to be called.
type routine struct {
	index  int
	params int
	slots  int
	keep   keeping
	// ready gives the blocks. They are built at the first call.
	ready func() ([]block, error)
}

// run runs the blocks of a routine, each until it is left.
func (r *routine) run(s *state, slots []*ast.Term) int {
	blocks, err := r.ready()
	if err != nil {
		s.err = err
		return failed
	}
	for _, one := range blocks {
		if signal := one.run(s, slots); signal == leave || signal == failed {
			return signal
		}
	}
	return 0
}

// Plan is a policy that is ready to be evaluated. It is safe for concurrent use.
type Plan struct {
	opa      string
	routines []*routine // the last one is the plan
	tree     folder     // the functions by their path in data
	states   sync.Pool  // of *state
}

// folder is a level of the paths in data.
type folder map[string]node

// node is a folder, a routine, or both.
type node struct {
	inner folder
	leaf  *routine
}

// Version returns the version of OPA that planned the policy.
func (p *Plan) Version() string { return p.opa }

// maxKept limits the results that a state keeps. Between evaluations it keeps only those of arguments up to maxKeptText
// bytes.
const (
	maxKept     = 1024
	maxKeptText = 1024
)

// maxDepth limits the calls that are inside one another. Rego has no recursion, so only a plan that OPA did not make gets
// there.
const maxDepth = 2000

// pageSize is how many locals a page of the stack holds.
const pageSize = 1 << 12

// state is one evaluation. It is used again for the next one.
type state struct {
	stack  []*ast.Term
	used   int
	depth  int
	work   int       // functions entered and elements scanned
	result *ast.Term // of the function that was left last
	err    error

	results   []*ast.Term
	constants []*ast.Term        // results of functions that depend on nothing, by index
	memo      []*ast.Term        // results of functions without arguments, by index
	kept      map[call]*ast.Term // results during this evaluation
	always    map[call]*ast.Term // results of pure functions of one string
	builtin   topdown.BuiltinContext
	cancel    topdown.Cancel

	operands [8]*ast.Term // of the builtin that is being called
	out      *ast.Term    // its result
	take     func(*ast.Term) error
}

// call is a call with strings as its arguments.
type call struct {
	index int
	a, b  string
}

// undefined stands in state.memo for a function that has no result.
var undefined = ast.StringTerm("undefined")

// frame takes n undefined slots from the stack. The caller gives the stack back as it was before.
func (s *state) frame(n int) []*ast.Term {
	if s.used+n > len(s.stack) {
		s.stack, s.used = make([]*ast.Term, max(pageSize, n)), 0 // older frames stay in the older page
	}
	slots := s.stack[s.used : s.used+n : s.used+n]
	clear(slots)
	s.used += n
	return slots
}

// stopped tells whether the evaluation is cancelled.
func (s *state) stopped() bool { return s.cancel != nil && s.cancel.Cancelled() }
