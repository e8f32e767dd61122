package edit_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/edit"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
)

type operations = []finding.Operation

func add(path string, value any) finding.Operation {
	return finding.Operation{Op: "add", Path: path, Value: value}
}

func replace(path string, value any) finding.Operation {
	return finding.Operation{Op: "replace", Path: path, Value: value}
}

func remove(path string) finding.Operation { return finding.Operation{Op: "remove", Path: path} }

func move(from, path string) finding.Operation {
	return finding.Operation{Op: "move", From: from, Path: path}
}

var windows = map[string]any{"name": "windows"}

func TestApply_ChangesOnlyTheLinesOfTheFix(t *testing.T) {
	for name, tc := range map[string]struct {
		text, want string
		operations operations
	}{
		"a map before the first key": {
			"spec:\n  # the app\n  containers: []\n", "spec:\n  os:\n    name: windows\n  # the app\n  containers: []\n",
			operations{add("/spec/os", windows)},
		},
		"a map with the indentation of the document": {
			"metadata:\n    labels:\n        a: b\nspec:\n    x: 1\n", "metadata:\n    labels:\n        a: b\nspec:\n    os:\n        name: windows\n    x: 1\n",
			operations{add("/spec/os", windows)},
		},
		"a key of the document": {
			"a: 1 # one\n# end\n", "a: 1 # one\nb: 2\n# end\n",
			operations{add("/b", 2)},
		},
		"a key of an item": {
			"l:\n- a: 1\n  # two\n  b: 2\n- c: 3\n", "l:\n- a: 1\n  # two\n  b: 2\n  d: 4\n- c: 3\n",
			operations{add("/l/0/d", 4)},
		},
		"a key after a merge key": {
			"x: &x {a: 1}\nspec:\n  <<: *x\n  b: 2\n", "x: &x {a: 1}\nspec:\n  <<: *x\n  b: 2\n  a: 3\n",
			operations{add("/spec/a", 3)},
		},
		"a key with CRLF": {
			"spec:\r\n  a: 1\r\n", "spec:\r\n  os:\r\n    name: windows\r\n  a: 1\r\n",
			operations{add("/spec/os", windows)},
		},
		"a key without a final newline": {
			"a: 1", "a: 1\nb: 2",
			operations{add("/b", 2)},
		},
		"an item in the form of the list": {
			"l:\n  - {a: 1}\n# end\n", "l:\n  - {a: 1}\n  - {a: 2}\n# end\n",
			operations{add("/l/-", map[string]any{"a": 2})},
		},
		"an entry in brackets": {
			"spec: {a: 1} # one\n", "spec: {a: 1, os: {name: windows}} # one\n",
			operations{add("/spec/os", windows)},
		},
		"an entry in brackets over lines": {
			"spec: {\n  a: 1 # one\n}\n", "spec: {\n  a: 1, # one\n  b: 2\n}\n",
			operations{add("/spec/b", 2)},
		},
		"an entry in empty brackets": {
			"spec: { } # one\n", "spec: {b: 2} # one\n",
			operations{add("/spec/b", 2)},
		},
		"an entry in compact JSON": {
			`{"a":1,"spec":{"b":2}}`, `{"a":1,"spec":{"b":2, "c": 3}}`,
			operations{add("/spec/c", 3)},
		},
		"an entry in JSON over lines": {
			"{\n  \"spec\": {\n    \"b\": 2\n  }\n}\n", "{\n  \"spec\": {\n    \"b\": 2,\n    \"os\": {\"name\":\"windows\"}\n  }\n}\n",
			operations{add("/spec/os", windows)},
		},
		"a null": {
			"spec:\n  os: ~ # hm\n", "spec:\n  os: {name: windows} # hm\n",
			operations{replace("/spec/os", windows)},
		},
		"a value that is missing": {
			"spec:\n  os: # hm\n  a: 1\n", "spec:\n  os: # hm\n    name: windows\n  a: 1\n",
			operations{replace("/spec/os", windows)},
		},
		"a value in its quotes": {
			"a: 'x' # one\nb: \"x\"\n", "a: 'y' # one\nb: \"z\"\n",
			operations{replace("/a", "y"), replace("/b", "z")},
		},
		"a value that needs quotes": {
			"a: x\n", "a: 'true'\n",
			operations{replace("/a", "true")},
		},
		"a list by a list": {
			"command:\n- sh -c # one\n- x\nb: 1\n", "command:\n- sh\n- -c\nb: 1\n",
			operations{replace("/command", []any{"sh", "-c"})},
		},
		"a field with its comments": {
			"a: 1\n# far\n\n# near\nb: 2 # own\n# below\nc: 3\n", "a: 1\n# far\n\n# below\nc: 3\n",
			operations{remove("/b")},
		},
		"a field with lines": {
			"a: 1\nb:\n  c: |\n    x\n\n  d: 1\ne: 2\n", "a: 1\ne: 2\n",
			operations{remove("/b")},
		},
		"the first field of an item": {
			"l:\n- a: 1 # one\n  b: 2\n", "l:\n- b: 2\n",
			operations{remove("/l/0/a")},
		},
		"the first field of an item with a comment below": {
			"l:\n- a: 1 # one\n  # two\n  b: 2\n", "l:\n- \n  # two\n  b: 2\n",
			operations{remove("/l/0/a")},
		},
		"the only field": {
			"a:\n  # one\n  b: 2\nc: 3\n", "a: {}\nc: 3\n",
			operations{remove("/a/b")},
		},
		"a field in brackets": {
			"a: {b: 1, c: 2, d: 3}\n", "a: {c: 2}\n",
			operations{remove("/a/b"), remove("/a/d")},
		},
		"the last entry over lines, and the comment of the one before": {
			"a: {\n  b: 1, # one\n  c: 2  # two\n}\n", "a: {\n  b: 1 # one\n}\n",
			operations{remove("/a/c")},
		},
		"the last entry with a comma": {
			"a: [\n  1,\n  2,\n]\n", "a: [\n  1\n]\n",
			operations{remove("/a/1")},
		},
		"an entry over lines with its comment": {
			"a: {\n  b: 1, # one\n  c: 2  # two\n}\n", "a: {\n  c: 2  # two\n}\n",
			operations{remove("/a/b")},
		},
		"the last line without a newline": {
			"a: 1\nb: 2", "a: 1",
			operations{remove("/b")},
		},
		"a key's name": {
			"s:\n  \"beta.kubernetes.io/os\": windows # hm\n", "s:\n  \"kubernetes.io/os\": windows # hm\n",
			operations{move("/s/beta.kubernetes.io~1os", "/s/kubernetes.io~1os")},
		},
		"a list with a null": {
			"a: [null]\nb: 1\n", "b: 1\n",
			operations{{Op: "test", Path: "/a", Value: []any{nil}}, remove("/a")},
		},
		"a byte before the text": {
			"a: ü # ü\nb: {ü: 1, c: 2}\n", "a: ü # ü\nb: {ü: 1}\n",
			operations{remove("/b/c")},
		},
		"one key of several equal keys": {
			"a: 1\na: 2\n", "a: 1\na: 3\n",
			operations{replace("/a", 3)},
		},
		"a key that YAML reads as a boolean": {
			"on: 1\nb: 2\n", "b: 2\n",
			operations{remove("/true")},
		},
	} {
		t.Run(name, func(t *testing.T) {
			text, refused := edit.Of(manifest.Document{Raw: []byte(tc.text)}).Apply([]edit.Edit{{Operations: tc.operations}})
			require.NoError(t, refused[0])
			require.Equal(t, tc.want, string(text))
		})
	}
}

func TestApply_RefusesWhatOtherPartsShare(t *testing.T) {
	for name, tc := range map[string]struct {
		text, want string
		operations operations
	}{
		"a field behind an alias":        {"a: &x {b: 1}\nc: *x\n", "the field comes from the alias *x", operations{remove("/c/b")}},
		"a field that an alias names":    {"a: &x {b: 1}\nc: *x\n", "aliases share what the anchor &x names", operations{remove("/a/b")}},
		"an anchor that an alias names":  {"a: {b: &x 1}\nc: *x\n", "an alias elsewhere names something in b", operations{remove("/a/b")}},
		"a field of a merge key":         {"a: &x {b: 1}\nc:\n  <<: *x\n", "b comes from a merge key", operations{remove("/c/b")}},
		"a key that begins with a mark":  {"a:\n  ? b\n  : 1\n", "a key begins with `?`", operations{remove("/a/b")}},
		"a line break of its own":        {"a: 1\rb: 2\n", "line breaks that editors do not count", operations{remove("/b")}},
		"a field that is missing":        {"a: 1\n", "missing", operations{remove("/b")}},
		"a value that is another":        {"a: 1\n", "another value", operations{{Op: "test", Path: "/a", Value: 2}, remove("/a")}},
		"an item in the middle":          {"a: [1, 2]\n", "in the middle of a list", operations{add("/a/0", 3)}},
		"a name that is there already":   {"a: 1\nb: 2\n", "is there already", operations{move("/a", "/b")}},
		"a document that cannot be read": {"a: [\n", "", operations{remove("/a")}},
	} {
		t.Run(name, func(t *testing.T) {
			text, refused := edit.Of(manifest.Document{Raw: []byte(tc.text)}).Apply([]edit.Edit{{Operations: tc.operations}})
			require.ErrorContains(t, refused[0], tc.want)
			require.Equal(t, tc.text, string(text))
		})
	}
}

// The edits of other objects are applied though one is refused.
func TestApply_AppliesWhatIsNotRefused(t *testing.T) {
	items := strings.Repeat("- {a: 1}\n", 9)
	text := []byte("kind: List\nitems:\n" + items)
	var edits []edit.Edit
	for i := range 9 {
		path := "/a"
		if i == 4 {
			path = "/b"
		}
		edits = append(edits, edit.Edit{Path: []string{"items", string(rune('0' + i))}, Operations: operations{remove(path)}})
	}
	got, refused := edit.Of(manifest.Document{Raw: text}).Apply(edits)
	require.Equal(t, 8, bytes.Count(got, []byte("- {}\n")))
	require.Contains(t, string(got), "- {a: 1}\n")
	for i, err := range refused {
		require.Equal(t, i == 4, err != nil, err)
	}
}
