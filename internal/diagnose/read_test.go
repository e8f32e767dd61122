package diagnose_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/diagnose"
	"winpolicy/internal/manifest"
)

func TestRead_ReportsWhatCannotBeRead(t *testing.T) {
	for name, tc := range map[string]struct{ text, failure, want string }{
		"nothing":                {"", "input is empty; pipe a log, or the output of kubectl", ""},
		"blanks":                 {" \n\t\n", "input is empty; pipe a log, or the output of kubectl", ""},
		"JSON that ends":         {`{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1"`, "", "a bracket is not closed"},
		"JSON of kubectl":        {"{\n    \"apiVersion\": \"v1\",\n    \"items\": [", "", "invalid YAML"},
		"YAML that is broken":    {"apiVersion: v1\nkind: Pod\n  x: y\n", "", "mapping values"},
		"UTF-16":                 {"\xff\xfeP\x00", "", "the file is UTF-16; save it as UTF-8"},
		"a list with a number":   {"apiVersion: v1\nkind: List\nitems: [5, {apiVersion: v1, kind: Pod}]\n", "", "not a Kubernetes object"},
		"a large document":       {"apiVersion: v1\nkind: Pod\nx: " + strings.Repeat("a", manifest.MaxDocument), "", "larger than 8 MiB"},
		"a log":                  {"{\"level\": \"error\", \"msg\": \"exec format error\"}\nplain\n", "", ""},
		"a large log":            {strings.Repeat("a log \n", manifest.MaxDocument/5), "", ""},
		"text that is no YAML":   {"Name: x\nEvents: 'open\n\t: ", "", ""},
		"bytes that are no text": {"\x00\xff\xfe", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			input, err := diagnose.Read(strings.NewReader(tc.text), "input")
			if tc.failure != "" {
				require.EqualError(t, err, tc.failure)
				return
			}
			require.NoError(t, err)
			if tc.want == "" {
				require.Empty(t, input.Errors)
				require.NotEmpty(t, input.Texts)
				return
			}
			require.NotEmpty(t, input.Errors)
			require.Contains(t, input.Errors[0].Message, tc.want)
		})
	}
}

func TestRead_IsBounded(t *testing.T) {
	input, err := diagnose.Read(&endless{}, "input")
	require.NoError(t, err)
	require.Equal(t, []string{"Only the first 32 MiB are read."}, input.Notes)
}

// endless is a log that does not end.
type endless struct{}

func (*endless) Read(into []byte) (int, error) {
	for i := range into {
		into[i] = "a log line\n"[i%11]
	}
	return len(into), nil
}
