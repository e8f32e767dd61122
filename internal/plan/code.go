// Package plan evaluates a Rego query that OPA's planner has turned into its intermediate representation (v1/ir).
//
// Encode turns a planned policy into bytes: literals become constants and locals become slots. Load reads the bytes, and
// Plan.Eval evaluates them with closures over OPA's own values and OPA's own builtin functions. The Rego stays the source
// of every verdict. OPA's conformance cases and OPA's topdown judge this package.
package plan

import "github.com/open-policy-agent/opa/v1/ast"

// opcode is a kind of statement. A statement that is undefined leaves its block, as a break of 0 does.
type opcode byte

// The opcodes. The comments name the operands that a statement reads, in their order.
const (
	// opReturn ends the function with the operand as its result. [source]
	opReturn opcode = iota
	// opCall calls function n. The statement is undefined if the result is. [arguments]
	opCall
	// opBuiltin calls builtin n. It is undefined if an argument or the result is, or if the builtin fails. [arguments]
	opBuiltin
	// opCallDynamic calls the function whose path the first n operands give. It is undefined if there is no such function.
	// If the result is undefined, it leaves three more blocks. [path, arguments]
	opCallDynamic
	// opBlock runs its blocks. A break of 0 in one of them goes on with the next one.
	opBlock
	// opBreak leaves the current block and n more.
	opBreak
	// opDot looks up a key of an object, an index of a list or an element of a set. [source, key]
	opDot
	// opLen counts the elements of a collection or the characters of a string. [source]
	opLen
	// opScan runs its block for each element of a collection, with the key in slot to and the value in slot n. [source]
	opScan
	// opNot is undefined if its block reaches its end.
	opNot
	// opAssign assigns. [source]
	opAssign
	// opAssignOnce assigns, and fails if the slot has another value: the rule or function named n conflicts. [source]
	opAssignOnce
	// opReset makes a slot undefined.
	opReset
	// opArray assigns an array of the operands. [values]
	opArray
	// opMakeObject assigns a new empty object.
	opMakeObject
	// opMakeSet assigns a new empty set.
	opMakeSet
	// opEqual is undefined unless both are equal. [a, b]
	opEqual
	// opNotEqual is undefined if both are equal. [a, b]
	opNotEqual
	// opIsArray is undefined unless the operand is an array. [source]
	opIsArray
	// opIsObject is undefined unless the operand is an object. [source]
	opIsObject
	// opIsSet is undefined unless the operand is a set. [source]
	opIsSet
	// opIsDefined is undefined unless the operand is defined. [source]
	opIsDefined
	// opIsUndefined is undefined if the operand is defined. [source]
	opIsUndefined
	// opAppend appends to the array in slot to. [value]
	opAppend
	// opInsert sets a key of the object in slot to. [key, value]
	opInsert
	// opInsertOnce does the same, and fails if the key has another value. [key, value]
	opInsertOnce
	// opMerge merges two objects recursively. The first one wins. [a, b]
	opMerge
	// opAdd adds to the set in slot to. [value]
	opAdd
	// opWith runs its block with the value at a path below slot to, and restores the slot. [value, path]
	opWith
	// opResult adds to the results of the plan. [value]
	opResult
	opcodes // how many there are
)

// anyNumber stands in arity for operands or blocks that are counted in each statement.
const anyNumber = -1

// arity is how many operands and blocks each opcode has.
var arity = [opcodes]struct{ operands, blocks int }{
	opReturn: {1, 0}, opCall: {anyNumber, 0}, opBuiltin: {anyNumber, 0}, opCallDynamic: {anyNumber, 0},
	opBlock: {0, anyNumber}, opBreak: {0, 0}, opDot: {2, 0}, opLen: {1, 0}, opScan: {1, 1}, opNot: {0, 1},
	opAssign: {1, 0}, opAssignOnce: {1, 0}, opReset: {0, 0}, opArray: {anyNumber, 0}, opMakeObject: {0, 0}, opMakeSet: {0, 0},
	opEqual: {2, 0}, opNotEqual: {2, 0}, opIsArray: {1, 0}, opIsObject: {1, 0}, opIsSet: {1, 0},
	opIsDefined: {1, 0}, opIsUndefined: {1, 0}, opAppend: {1, 0}, opInsert: {2, 0}, opInsertOnce: {2, 0},
	opMerge: {2, 0}, opAdd: {1, 0}, opWith: {anyNumber, 1}, opResult: {1, 0},
}

// operand is what a statement reads: the slot of a local, or ^i for constant i.
type operand int

// statement is one operation. See the opcodes for what its fields mean.
type statement struct {
	op       opcode
	to       int // slot that it assigns or changes
	n        int
	operands []operand
	blocks   [][]statement
}

// keeping says for how long the results of a function are kept. Those of a function without arguments are always kept
// during one evaluation.
type keeping byte

const (
	keepNothing keeping = iota
	keepInput           // during one evaluation: they depend on input or data
	keepAlways          // between evaluations: they depend on nothing but the argument
	keepings            // how many there are
)

// function is a planned function. Its first two parameters are input and data.
type function struct {
	name   string
	path   []string // in data; none for a function that only a call names
	params int
	slots  int // the parameters come first
	keep   keeping
	blocks [][]statement
}

// program is a planned policy. Its last function is the plan.
type program struct {
	opa       string // the version of OPA that planned it
	constants []ast.Value
	builtins  []string
	functions []function
}
