package plan

import (
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
)

// literals gives the constants of the statements of a policy.
type literals struct {
	strings []*ir.StringConst
}

// of gives the value of an operand that is a literal.
func (l literals) of(value ir.Val) (ast.Value, bool) {
	switch value := value.(type) {
	case ir.StringIndex:
		return ast.String(l.strings[value].Value), true
	case *ir.StringIndex:
		return ast.String(l.strings[*value].Value), true
	case ir.Bool:
		return ast.Boolean(value), true
	case *ir.Bool:
		return ast.Boolean(*value), true
	}
	return nil, false
}

// made gives the value that a statement makes without reading anything. A new object or set can be changed later.
func (l literals) made(s ir.Stmt) (ast.Value, bool) {
	switch s := s.(type) {
	case *ir.AssignIntStmt:
		return ast.InternedTerm(int(s.Value)).Value, true
	case *ir.MakeNullStmt:
		return ast.Null{}, true
	case *ir.MakeNumberIntStmt:
		return ast.InternedTerm(int(s.Value)).Value, true
	case *ir.MakeNumberRefStmt:
		return ast.Number(json.Number(l.strings[s.Index].Value)), true
	case *ir.MakeArrayStmt:
		return ast.NewArray(), true
	case *ir.MakeObjectStmt:
		return ast.NewObject(), true
	case *ir.MakeSetStmt:
		return ast.NewSet(), true
	}
	return nil, false
}
