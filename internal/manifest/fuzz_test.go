package manifest

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

func seeds(f *testing.F) {
	for _, seed := range []string{
		cronJob, "a: 1\n---\n---\nb: 2", "a: 1\n...\n# c\n---\nb: 2\n", "%YAML 1.1\n---\na: 1\n%TAG ! x\n---\n", bom + "---\n" + bom + "a: 1\n",
		"{\"a\": 1}\n{\"b\": [\"\\ud83d\", {}]}", "a: &a [*a]\n", "a: &x {y: 1}\nb: {<<: [*x, *x], y: 2}\n", "- a: 1\n- null\n", "a: \"\\q\"\n", "a:\n\tb: 1\n",
		"apiVersion: v1\nkind: PodList\nitems:\n- a: 1\n-\n- [x]\n", "a\rb\u2028---\u0085c: 1", "? [a]\n: .nan\n", "a: !!binary aGk=\n", "a: \x01", "{a: 1}{b: 2}", "{", "0: \n%TAG ! 0", "...\n---\r\n--- # c\n",
	} {
		f.Add([]byte(seed))
	}
}

// FuzzDocuments checks that every line is in one document or is a separator,
// for any size of the reads.
func FuzzDocuments(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		docs, errs := split(t, bytes.NewReader(text))
		if len(errs) > 0 {
			require.True(t, bytes.HasPrefix(text, []byte("\xff\xfe")) || bytes.HasPrefix(text, []byte("\xfe\xff")))
			return
		}
		require.NoError(t, checkLines(text, docs))
		for i, d := range docs {
			require.Equal(t, i, d.index)
		}
		slow, _ := split(t, iotest.OneByteReader(bytes.NewReader(text)))
		require.Equal(t, docs, slow)
	})
}

// FuzzObjects checks that nothing panics, that no part of a document is dropped
// without an error, and that every reported line is in the document.
func FuzzObjects(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, text []byte) {
		for d, err := range Documents(bytes.NewReader(text), "f") {
			if err != nil {
				continue
			}
			last := d.Line + bytes.Count(d.Raw, []byte("\n"))
			objects, errs := d.Objects()
			for _, e := range errs {
				require.NotEmpty(t, e.Err.Error())
				require.True(t, d.Line <= e.Line && e.Line <= last, "%v in %d-%d", e, d.Line, last)
			}
			if _, notJSON := decodeJSON(d.Raw); notJSON != nil && len(errs) == 0 {
				roots, err := yamlNodes(withoutVersion(d.Raw))
				require.NoError(t, err, "a part of %q is dropped", d.Raw)
				require.LessOrEqual(t, len(roots), 1, "a part of %q is dropped", d.Raw)
			}
			for _, o := range objects {
				for _, field := range append(fieldsOf(o.Value), "", "spec.containers[1].name", string(text[:min(len(text), 40)])) {
					line, column := o.Position(field)
					require.True(t, d.Line <= line && line <= last && column >= 1, "%s at %d:%d in %d-%d", field, line, column, d.Line, last)
				}
			}
		}
	})
}

// fieldsOf returns the paths of the first two levels of a value.
func fieldsOf(value map[string]any) []string {
	var fields []string
	for key, item := range value {
		fields = append(fields, "["+key+"]")
		if inner, ok := item.(map[string]any); ok {
			for name := range inner {
				fields = append(fields, strings.Join([]string{"[" + key + "]", name}, "."))
			}
		}
	}
	return fields
}

// FuzzInputs checks that the reader of one parse and the reader that reads as
// kubectl does give the same objects, the same errors and the same places.
func FuzzInputs(f *testing.F) {
	seeds(f)
	for _, seed := range []string{
		"a: ! 5\n", "# a\n\t# b\na: 1\n", "y: n\non: off\n~: 1\n", "0x10: 012\n0b11: 1_000\n", "a: 2026-11-30\nb: 1e3\nc: .5\nd: +.inf\n",
		"a: 123456789012345678901234567890\nb: -0b11\nc: 0b1_1\n", "a: &x 1\n? *x\n: 2\n", "a: |\n  b\nc: >-\n  d\n", "a: 'on'\nb: \"12\"\n",
		"a: &x {y: 1, z: [1, {b: ~}]}\nb: {<<: *x, z: 2}\nc: {z: 3, <<: [*x]}\n", "a: 0o17\nb: 0O17\nc: 1__0\nd: -\ne: 1e\nf: 1.e+5\n", deployment,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		for d, err := range Documents(bytes.NewReader(text), "f") {
			if err == nil && !hasEqualKeys(d) {
				agree(t, d)
			}
		}
	})
}

// agree compares the two readers.
func agree(t *testing.T, d Document) {
	t.Helper()
	fast, fastErrs := d.Inputs()
	slow, slowErrs := d.slowInputs()
	require.Equal(t, slowErrs, fastErrs, "%q", d.Raw)
	require.Len(t, fast, len(slow), "%q", d.Raw)
	for i, want := range slow {
		require.Equal(t, want.Value.String(), fast[i].Value.String(), "%q", d.Raw)
		require.Zero(t, want.Value.Compare(fast[i].Value), "%q", d.Raw)
		wantLine, wantColumn := want.Position("a.z[1].b")
		line, column := fast[i].Position("a.z[1].b")
		require.Equal(t, [2]int{wantLine, wantColumn}, [2]int{line, column}, "%q", d.Raw)
	}
	agreeOnTree(t, d)
}

// agreeOnTree compares the two readers of those who edit the text.
func agreeOnTree(t *testing.T, d Document) {
	t.Helper()
	fast, fastErr := d.Tree()
	slow, slowErr := d.slowTree()
	require.Equal(t, slowErr, fastErr, "%q", d.Raw)
	if slowErr == nil {
		require.Equal(t, slow.Values, fast.Values, "%q", d.Raw)
		require.Equal(t, slow.Roots, fast.Roots, "%q", d.Raw)
		require.Equal(t, [2]bool{slow.JSON, slow.OddBreaks}, [2]bool{fast.JSON, fast.OddBreaks}, "%q", d.Raw)
	}
}

// hasEqualKeys tells whether a map has two keys that are different values and
// the same text, such as 1 and "1". kubectl then takes any of the two.
func hasEqualKeys(d Document) bool {
	roots, _ := yamlNodes(withoutVersion(d.Raw))
	for _, root := range roots {
		if findNode(root, func(n *yaml.Node) bool {
			seen := map[string]string{}
			for i := 0; n.Kind == yaml.MappingNode && i < len(n.Content); i += 2 {
				key := resolve(n.Content[i])
				kind := "text"
				if isPlain(key) {
					kind = fmt.Sprintf("%T", plainValue(key.Value))
				}
				if before, ok := seen[keyText(key)]; ok && before != kind {
					return true
				}
				seen[keyText(key)] = kind
			}
			return false
		}) != nil {
			return true
		}
	}
	return false
}

// Every manifest of the project is read alike, with each kind of line end.
func TestInputs_AgreeWithKubectl(t *testing.T) {
	read := 0
	for _, root := range []string{"../../samples", "../../constrainttemplates", "../../deploy", "../../docs"} {
		require.NoError(t, filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			for _, one := range [][]byte{text, bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))} {
				for d, err := range Documents(bytes.NewReader(one), path) {
					require.NoError(t, err)
					agree(t, d)
					read++
				}
			}
			return nil
		}))
	}
	require.Greater(t, read, 1000)
}
