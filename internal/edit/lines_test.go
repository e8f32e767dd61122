package edit_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/edit"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
)

func TestChanges_ReplaceTheLinesThatDiffer(t *testing.T) {
	for name, tc := range map[string]struct {
		text       string
		operations operations
		want       []finding.Change
	}{
		"a new key": {
			"spec:\n  a: 1\n", operations{add("/spec/os", windows)},
			[]finding.Change{{Line: 11, EndLine: 11, Text: "  os:\n    name: windows\n"}},
		},
		"a removed key": {"a: 1\nb: 2\n", operations{remove("/b")}, []finding.Change{{Line: 11, EndLine: 12}}},
		"no final newline": {
			"a: 1", operations{replace("/a", 2)},
			[]finding.Change{{Line: 10, EndLine: 11, Text: "a: 2"}},
		},
		"a line end that comes": {
			"a: 1", operations{add("/b", 2)},
			[]finding.Change{{Line: 10, EndLine: 11, Text: "a: 1\nb: 2"}},
		},
		"CRLF": {"a: 1\r\nb: 2\r\n", operations{replace("/a", 3)}, []finding.Change{{Line: 10, EndLine: 11, Text: "a: 3\r\n"}}},
		"places that are far apart": {
			"a: 1\nc: 1\nd: 1\ne: 1\nf: 1\ng: 1\nh: 1\ni: 1\nj: 1\nk: 1\nb: 2\n", operations{replace("/a", 3), remove("/b")},
			[]finding.Change{{Line: 10, EndLine: 11, Text: "a: 3\n"}, {Line: 20, EndLine: 21}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := edit.Of(manifest.Document{Raw: []byte(tc.text), Line: 10}).Changes(edit.Edit{Operations: tc.operations})
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
}
