package manifest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// read returns the objects of a text as JSON, and the errors as text.
func read(t testing.TB, text string) (values, errs []string) {
	t.Helper()
	for d, err := range Documents(strings.NewReader(text), "f.yaml") {
		require.NoError(t, err)
		objects, faults := d.Objects()
		for _, o := range objects {
			value, err := json.Marshal(o.Value)
			require.NoError(t, err)
			values = append(values, string(value))
		}
		for _, fault := range faults {
			errs = append(errs, fault.Error())
		}
	}
	return values, errs
}

func TestObjects_HaveTheValuesThatKubectlSends(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []string
	}{
		"an empty document has no object":                 {"---\n", nil},
		"a document of comments has no object":            {"# c\n", nil},
		"a null document has no object":                   {"null\n", nil},
		"yes and on are booleans":                         {"a: yes\nb: on\nc: 'no'\n", []string{`{"a":true,"b":true,"c":"no"}`}},
		"numbers with a leading zero are octal":           {"a: 0644\n", []string{`{"a":420}`}},
		"dates are text":                                  {"a: 2020-01-01\n", []string{`{"a":"2020-01-01"}`}},
		"keys become text":                                {"1: a\ntrue: b\n", []string{`{"1":"a","true":"b"}`}},
		"of a key written twice the last counts":          {"a: 1\na: 2\n", []string{`{"a":2}`}},
		"of a JSON key written twice the last counts":     {`{"a": 1, "a": 2}`, []string{`{"a":2}`}},
		"aliases and merge keys are written out":          {"a: &a {x: 1}\nb: *a\nc:\n  <<: *a\n  z: 2\n", []string{`{"a":{"x":1},"b":{"x":1},"c":{"x":1,"z":2}}`}},
		"a large number keeps its digits in JSON":         {`{"a": 123456789012345678901}`, []string{`{"a":123456789012345678901}`}},
		"JSON surrogate pairs are read":                   {`{"a": "\ud83d\ude00"}`, []string{`{"a":"😀"}`}},
		"JSON may be indented with tabs":                  {"{\n\t\"a\": 1\n}", []string{`{"a":1}`}},
		"JSON objects may follow one another":             {"{\"a\":1}\n{\"b\":2}{\"c\":3}\n", []string{`{"a":1}`, `{"b":2}`, `{"c":3}`}},
		"flow style with a trailing comma is read":        {`{"a": 1,}`, []string{`{"a":1}`}},
		"flow style on the separator is read":             {"--- {a: b}\n", []string{`{"a":"b"}`}},
		"a version directive of YAML 1.2 is passed over":  {"%YAML 1.2\n---\na: 1\n", []string{`{"a":1}`}},
		"a tag directive is followed":                     {"%TAG !k! tag:yaml.org,2002:\n---\na: !k!str 1\n", []string{`{"a":"1"}`}},
		"a byte order mark and CR LF are no content":      {bom + "a: 1\r\nb: x\r\n", []string{`{"a":1,"b":"x"}`}},
		"items of a List are objects":                     {"apiVersion: v1\nkind: List\nitems: [{a: 1}, {b: 2}]\n", []string{`{"a":1}`, `{"b":2}`}},
		"items of a typed list get its kind":              {"apiVersion: v1\nkind: PodList\nitems: [{a: 1}]\n", []string{`{"a":1,"apiVersion":"v1","kind":"Pod"}`}},
		"items of a typed list keep their own kind":       {"apiVersion: v1\nkind: PodList\nitems: [{kind: X}]\n", []string{`{"kind":"X"}`}},
		"Lists in Lists are opened":                       {"apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: List, items: [{a: 1}]}, {b: 2}]\n", []string{`{"a":1}`, `{"b":2}`}},
		"an empty List has no object":                     {"apiVersion: v1\nkind: List\nitems: []\n", nil},
		"a kind that ends in List without items stays":    {"apiVersion: x/v1\nkind: AllowList\nspec: {}\n", []string{`{"apiVersion":"x/v1","kind":"AllowList","spec":{}}`}},
		"a kind that ends in List with other items stays": {"apiVersion: x/v1\nkind: AllowList\nitems: {}\n", []string{`{"apiVersion":"x/v1","items":{},"kind":"AllowList"}`}},
		"a list without apiVersion stays":                 {"kind: List\nitems: [{a: 1}]\n", []string{`{"items":[{"a":1}],"kind":"List"}`}},
		"elements of a JSON array are objects":            {`[{"a":1},{"b":2}]`, []string{`{"a":1}`, `{"b":2}`}},
		"elements of a YAML list are objects":             {"- a: 1\n- b: 2\n", []string{`{"a":1}`, `{"b":2}`}},
		"a map without kind is an object":                 {"a: 1\n", []string{`{"a":1}`}},
	} {
		t.Run(name, func(t *testing.T) {
			values, errs := read(t, c.in)
			require.Empty(t, errs)
			assert.Equal(t, c.want, values)
		})
	}
}

func TestObjects_KeepNumbersAsWritten(t *testing.T) {
	for _, text := range []string{"a: 80\n", `{"a": 80}`} {
		objects, errs := Document{Raw: []byte(text), Line: 1}.Objects()
		require.Empty(t, errs)
		assert.Equal(t, json.Number("80"), objects[0].Value["a"])
	}
}

func TestObjects_InvalidItemsAreErrorsBesideTheOthers(t *testing.T) {
	values, errs := read(t, "apiVersion: v1\nkind: List\nitems:\n- a: 1\n- null\n- text\n- b: 2\n- [x]\n")
	assert.Equal(t, []string{`{"a":1}`, `{"b":2}`}, values)
	const what = ": not a Kubernetes object, because it is neither a map nor a list of maps"
	assert.Equal(t, []string{"f.yaml:5" + what, "f.yaml:6" + what, "f.yaml:8" + what}, errs)
}

func TestObjects_ManyInvalidItemsAreCounted(t *testing.T) {
	_, errs := read(t, "["+strings.Repeat("1,", 149)+"1]")
	require.Len(t, errs, maxErrors+1)
	assert.Equal(t, "f.yaml:1: 50 more items of the document are not objects", errs[maxErrors])
}

func bomb(levels int) string {
	var b strings.Builder
	b.WriteString("a0: &a0 [xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx]\n")
	for i := 1; i < levels; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 9), ","))
	}
	return b.String()
}

func chain(levels int) string {
	var b strings.Builder
	b.WriteString("a0: &a0 [x]\n")
	for i := 1; i < levels; i++ {
		fmt.Fprintf(&b, "a%d: &a%d [*a%d]\n", i, i, i-1)
	}
	return b.String()
}

func TestObjects_HostileDocumentsAreErrors(t *testing.T) {
	big := func(s string) string { return strings.Repeat(s, MaxDocument/len(s)) }
	for name, c := range map[string]struct{ in, want string }{
		"an alias bomb":                   {bomb(12), "f.yaml:7: aliases make the document larger than 32 MiB"},
		"a long text repeated by aliases": {"a: &a " + strings.Repeat("x", 1<<20) + "\nb: [" + strings.Repeat("*a, ", 40) + "]\n", "f.yaml:2: aliases make the document larger than 32 MiB"},
		"an alias in its own anchor":      {"b: 1\na: &a\n  b: [*a]\n", "f.yaml:3: the alias *a is inside its own anchor"},
		"a merge of its own anchor":       {"a: &a\n  <<: *a\n", "f.yaml:2: the alias *a is inside its own anchor"},
		"aliases that nest too deep":      {chain(20000), "f.yaml:500: nested deeper than 500 levels"},
		"deep flow lists":                 {"a: 1\nb: " + strings.Repeat("[", 501) + strings.Repeat("]", 501), "f.yaml:2: nested deeper than 500 levels"},
		"deep JSON":                       {strings.Repeat("[", 502) + strings.Repeat("]", 502), "f.yaml:1: nested deeper than 500 levels"},
		"brackets without end":            {big("["), "f.yaml:1: "},
		"dashes without end":              {big("- "), "f.yaml:1: "},
		"flow maps without end":           {strings.Repeat("{a: ", 200000), "f.yaml:1: nested deeper than 500 levels"},
		"JSON maps without end":           {strings.Repeat(`{"a":`, 200000), "f.yaml:1: nested deeper than 500 levels"},
		"more values than memory is for":  {"[" + big("a,")[2:], "f.yaml:1: the document has more than about 1048576 values; split it"},
		"a number of a million digits":    {`{"a": ` + strings.Repeat("1", 1<<20) + `}`, "f.yaml:1: a number that does not fit"},
		"a fraction of a million digits":  {`{"a": 0.` + strings.Repeat("1", 1<<20) + `}`, "f.yaml:1: a number that does not fit"},
		"a number with a huge exponent":   {"{\n\"a\": 1e-999999999}", "f.yaml:2: a number that does not fit"},
		"a number over the largest float": {`{"a": 1e999}`, "f.yaml:1: a number that does not fit"},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			values, errs := read(t, c.in)
			assert.Less(t, time.Since(start), 30*time.Second)
			assert.Empty(t, values)
			require.Len(t, errs, 1)
			assert.Contains(t, errs[0], c.want)
		})
	}
}

func TestObjects_ReadsUpToMaxDepth(t *testing.T) {
	values, errs := read(t, "a: "+strings.Repeat("[", MaxDepth)+strings.Repeat("]", MaxDepth))
	assert.Empty(t, errs)
	assert.Len(t, values, 1)
}

func TestError_NamesTheLineAndTheRepair(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"a backslash in double quotes":             {"a: 1\npath: \"C:\\inetpub\"\nb: 2\n", "f.yaml:2: invalid YAML: found unknown escape character; a backslash in double quotes begins an escape, use single quotes"},
		"a backslash in the first line":            {"path: \"C:\\inetpub\"\nb: 2\n", "f.yaml:1: invalid YAML: found unknown escape"},
		"a path of users in double quotes":         {"a: \"C:\\Users\"\n", "f.yaml:1: invalid YAML: did not find expected hexdecimal number; a backslash"},
		"a fault in the second document":           {"a: 1\n---\nb: 1\nc: \"\\q\"\n", "f.yaml:4: invalid YAML"},
		"a fault after a separator with comment":   {"a: 1\n--- # c\nb: 1\nc: \"\\q\"\n", "f.yaml:4: invalid YAML"},
		"a fault in a file with CR LF":             {"a: 1\r\nb: 1\r\nc: \"\\q\"\r\n", "f.yaml:3: invalid YAML"},
		"a tab as indentation":                     {"a:\n\tb: 1\n", "f.yaml:2: invalid YAML: found character that cannot start any token; the line is indented with a tab, use spaces"},
		"a quote not closed":                       {"a: 1\nb: \"x\nc: 1\n", "f.yaml:2: invalid YAML: found unexpected end of stream; a quote or bracket is opened here"},
		"a quote not closed in the first line":     {"b: 'x\nc: 1\n", "f.yaml:1: invalid YAML: found unexpected end of stream"},
		"a bracket not closed":                     {"x: 1\na: [1, 2\nb: 3\n", "f.yaml:3: invalid YAML: did not find expected ',' or ']'; a comma"},
		"a bracket not closed at the end":          {"a: 1\nb: [1,\n\n", "f.yaml:2: invalid YAML: did not find expected node content"},
		"wrong indentation":                        {"a:\n  b: 1\n c: 2\n", "f.yaml:3: invalid YAML: did not find expected key; check the indentation"},
		"wrong indentation in the second line":     {"a: 1\n- b\n", "f.yaml:2: invalid YAML: did not find expected key"},
		"a line without colon":                     {"a: 1\nfoo\nb: 2\n", "f.yaml:2: invalid YAML: could not find expected ':'"},
		"two colons in a line":                     {"x: 1\na: b: c\n", "f.yaml:2: invalid YAML: mapping values are not allowed in this context; correct"},
		"a value that begins with an at sign":      {"a: 1\nb: @x\n", "f.yaml:2: invalid YAML: found character that cannot start any token; quote the value"},
		"an alias without anchor":                  {"x: a*foo\ny: *foo\n", "f.yaml:2: invalid YAML: unknown anchor 'foo' referenced"},
		"a control character":                      {"a: 1\nb: \x01\n", "f.yaml:2: invalid YAML: control characters are not allowed; remove"},
		"not a number":                             {"a: 1\nb: [.nan]\n", "f.yaml:2: NaN and infinity have no JSON value"},
		"infinity":                                 {"a: 1\nb: -.inf\n", "f.yaml:2: NaN and infinity have no JSON value"},
		"a list as key":                            {"a:\n  ? [x]\n  : 1\n", "f.yaml:2: a map key is not text"},
		"a null key":                               {"a: 1\n~: 1\n", "f.yaml:1: a map key is not text"},
		"a binary value":                           {"a: 1\nb: !!binary aGk=\n", "f.yaml:2: the tag !!binary has no JSON value"},
		"NUL bytes":                                {"MZ\n\x00\x03", "f.yaml:2: not a text file"},
		"bytes that are not UTF-8":                 {"a: 1\nb: caf\xe9\n", "f.yaml:2: not UTF-8 text"},
		"a scalar document":                        {"---\njust text\n", "f.yaml:2: not a Kubernetes object"},
		"two flow maps without separator":          {"{a: 1}\n{b: 2}\n", "f.yaml:2: invalid YAML: did not find expected <document start>; put `---` before this line"},
		"an indented map and one that is not":      {"  a: 1\nb: 2\n", "f.yaml:2: invalid YAML: did not find expected <document start>"},
		"text after a directive without separator": {"a: 1\n%TAG ! !\nb\n", "f.yaml:3: invalid YAML: did not find expected <document start>"},
		"text after dots":                          {"a: 1\n... foo\n", "f.yaml:2: invalid YAML: did not find expected <document start>"},
		"documents parted by carriage returns":     {"a: 1\r---\rb: 2", "f.yaml:1: text after the end of the document's value"},
		"files joined at a byte order mark":        {"a:\n" + bom + "b: 1\n", "f.yaml:2: a byte order mark inside a document"},
		"a fault in the second of JSON objects":    {"{\"a\": 1}\n{\"b\": }\n", "f.yaml:2: invalid JSON: invalid character '}'"},
		"JSON that breaks off":                     {"{\"a\": 1}\n{\"b\":\n\n", "f.yaml:2: invalid JSON: unexpected EOF"},
		"a line after a line separator character":  {"a: x\u2028y\nb: @\n", "f.yaml:2: invalid YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			_, errs := read(t, c.in)
			require.Len(t, errs, 1)
			assert.Contains(t, errs[0], c.want)
		})
	}
}
