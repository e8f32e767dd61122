package manifest

import (
	"bytes"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
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
