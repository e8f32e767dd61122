package packed_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/packed"
)

func TestLists_ReturnTheValuesOfAKeyInOrder(t *testing.T) {
	lists := packed.New()
	lists.Open(1)
	lists.Open(2)
	lists.Open(3)
	lists.Open(1)
	lists.Add(ast.String("a"), []uint64{1, 2})
	lists.Add(ast.String("b"), []uint64{2})
	lists.Add(ast.String("c"), []uint64{1})
	lists.Open(1)
	require.Equal(t, []ast.Value{ast.String("a"), ast.String("c")}, lists.Values(1))
	require.Equal(t, []ast.Value{ast.String("a"), ast.String("b")}, lists.Values(2))
	require.Empty(t, lists.Values(3))
	require.Empty(t, lists.Values(4))
	require.True(t, lists.Has(3))
	require.False(t, lists.Has(4))
}

func TestLists_ReturnTheValueThatWasAdded(t *testing.T) {
	for name, text := range map[string]string{
		"scalars":          `[null, true, false, "", "text", "ü\u0000", 0, -1, 1.50, 1e400, 12345678901234567890123]`,
		"nothing in them":  `[{}, [], [[]], [{}], {"": {}}]`,
		"one shape twice":  `[{"a": "b", "c": ["d"]}, {"a": "e", "c": ["f"]}]`,
		"keys as texts":    `{"b": "a", "a": "b"}`,
		"a long text":      `"` + strings.Repeat("long ", 10_000) + `"`,
		"a long list":      `[` + strings.Repeat(`"item", `, 10_000) + `0]`,
		"many other texts": `[` + texts(40_000) + `]`,
	} {
		t.Run(name, func(t *testing.T) { requireSame(t, text) })
	}
}

// texts gives more texts than get a number, each twice.
func texts(n int) string {
	var all strings.Builder
	for i := range n {
		fmt.Fprintf(&all, "%q, %q, ", fmt.Sprint(i), fmt.Sprint(n-i))
	}
	return all.String() + "0"
}

// requireSame adds a value between two others, and reads it twice.
func requireSame(t *testing.T, text string) {
	t.Helper()
	value := ast.MustParseTerm(text).Value
	lists := packed.New()
	lists.Open(1)
	for _, one := range []ast.Value{ast.String("before"), value, ast.InternedEmptyObjectValue} {
		lists.Add(one, []uint64{1})
	}
	for range 2 {
		all := lists.Values(1)
		require.Len(t, all, 3)
		require.Zero(t, ast.Compare(value, all[1]))
		require.Equal(t, value.String(), all[1].String())
	}
}

func FuzzLists(f *testing.F) {
	f.Add(`{"kind": "Pod", "spec": {"containers": [{"name": "web"}, null, 1.5]}}`)
	f.Fuzz(func(t *testing.T, text string) {
		value, err := ast.ValueFromReader(strings.NewReader(text))
		if err != nil {
			t.Skip("no JSON")
		}
		lists := packed.New()
		lists.Open(1)
		lists.Add(value, []uint64{1})
		require.Equal(t, value.String(), lists.Values(1)[0].String())
	})
}
