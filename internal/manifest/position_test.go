package manifest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const cronJob = `# a comment
---
apiVersion: batch/v1
kind: CronJob
metadata:
  annotations:
    a.b/c: x
    "0": y
spec:
  jobTemplate:
    spec:
      template:
        spec:
          nodeSelector: {kubernetes.io/os: windows, 'é': 1, after: 2}
          tolerations:
          - key: os
          -   operator: Exists
          initContainers:
            - name: a
            - name: b
              securityContext:
                privileged: true
              securityContext:
                privileged: false
`

// place returns the position of a field of an object in a text as line:column.
func place(t testing.TB, text string, object int, field string) string {
	t.Helper()
	line, column := objectsOf(t, text)[object].Position(field)
	return fmt.Sprintf("%d:%d", line, column)
}

func objectsOf(t testing.TB, text string) []Object {
	t.Helper()
	var all []Object
	for d, err := range Documents(strings.NewReader(text), "f.yaml") {
		require.NoError(t, err)
		objects, errs := d.Objects()
		require.Empty(t, errs)
		all = append(all, objects...)
	}
	return all
}

func TestPosition_OfFieldsOfADocument(t *testing.T) {
	const pod = "spec.jobTemplate.spec.template.spec"
	for field, want := range map[string]string{
		"":                                      "3:1",
		"kind":                                  "4:1",
		"metadata.annotations[a.b/c]":           "7:5",
		"metadata.annotations[0]":               "8:5",
		"metadata.annotations.absent":           "6:3",
		"metadata.absent":                       "5:1",
		"absent.field":                          "3:1",
		pod + ".os.name":                        "13:9",
		pod + ".nodeSelector":                   "14:11",
		pod + ".nodeSelector[kubernetes.io/os]": "14:26",
		pod + ".nodeSelector[after]":            "14:61",
		pod + ".tolerations[0]":                 "16:13",
		pod + ".tolerations[1]":                 "17:15",
		pod + ".tolerations[2]":                 "15:11",
		pod + ".tolerations[x]":                 "15:11",
		pod + ".initContainers[1].securityContext.privileged": "24:17",
		pod + ".initContainers[0].securityContext.privileged": "19:15",
	} {
		t.Run(field, func(t *testing.T) { assert.Equal(t, want, place(t, cronJob, 0, field)) })
	}
}

func TestPosition_OfUnusualTexts(t *testing.T) {
	for name, c := range map[string]struct {
		in     string
		object int
		field  string
		want   string
	}{
		"in the second document":                  {"a: 1\n---\nb: 1\nc: 2\n", 1, "c", "4:1"},
		"on the separator":                        {"a: 1\n--- {b: 1}\n", 1, "b", "2:6"},
		"in a file with CR LF":                    {"a: 1\r\nb:\r\n  c: 1\r\n", 0, "b.c", "3:3"},
		"after a byte order mark":                 {bom + "a: 1\n", 0, "a", "1:1"},
		"after a directive":                       {"%YAML 1.2\n---\na: 1\n", 0, "a", "3:1"},
		"of an item of a List":                    {"apiVersion: v1\nkind: List\nitems:\n- a: 1\n- a: 1\n  b: 2\n", 1, "b", "6:3"},
		"of an item of a List itself":             {"apiVersion: v1\nkind: List\nitems:\n- a: 1\n- a: 1\n", 1, "", "5:3"},
		"of a field an item of a List lacks":      {"apiVersion: v1\nkind: List\nitems:\n- a: 1\n- a: 1\n", 1, "z", "5:3"},
		"of the kind a typed list gave":           {"apiVersion: v1\nkind: PodList\nitems:\n- a: 1\n", 0, "kind", "4:3"},
		"of an item of a List in a List":          {"apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: List\n  items:\n  - a: 1\n", 0, "a", "7:5"},
		"of an element of an array":               {"- a: 1\n- b: 2\n", 1, "b", "2:3"},
		"of an alias":                             {"a: &x {y: 1}\nb: *x\n", 0, "b", "2:1"},
		"inside an alias":                         {"a: &x {y: 1}\nb: *x\n", 0, "b.y", "1:8"},
		"of an item that is an alias":             {"a: &x {y: 1}\nb:\n- *x\n", 0, "b[0]", "3:3"},
		"behind a merge key":                      {"a: &x\n  y: 1\nb:\n  <<: *x\n  z: 1\n", 0, "b.y", "2:3"},
		"behind a merge key of several maps":      {"a: &x\n  y: 1\nb: &z\n  y: 2\n  q: 2\nc:\n  <<: [*x, *z]\n", 0, "c.y", "2:3"},
		"of a key written before a merge key":     {"a: &x\n  y: 1\nb:\n  y: 2\n  <<: *x\n", 0, "b.y", "2:3"},
		"of a key written after a merge key":      {"a: &x\n  y: 1\nb:\n  <<: *x\n  y: 2\n", 0, "b.y", "5:3"},
		"of a key written twice":                  {"a: 1\nb: 1\na: 2\n", 0, "a", "3:1"},
		"of a key that kubectl reads as a bool":   {"a: 1\nb: {on: 1}\n", 0, "b.true", "2:5"},
		"of a key that kubectl reads as a number": {"a: 1\nb: {0x10: 1}\n", 0, "b.16", "2:5"},
		"of a JSON key that looks like a bool":    {"{\"on\": 1, \"true\": 2}\n", 0, "true", "1:11"},
		"of a key with brackets":                  {"a:\n  x[0]y: 1\n", 0, "a[x[0]y]", "2:3"},
		"in JSON":                                 {"{\n\t\"a\": {\"b\": 1}\n}", 0, "a.b", "2:8"},
		"in JSON with surrogates":                 {"{\"a\": \"\\ud83d\\ude00\",\n \"b\": 1}", 0, "b", "2:2"},
		"of a JSON object after others":           {"{\"a\":1}\n{\"b\":2} {\"c\": [1, {\"d\": 1}]}\n", 2, "c[1].d", "2:20"},
		"of a JSON object itself":                 {"{\"a\":1}\n {\"b\":2}\n", 1, "", "2:3"},
		"of a JSON key named like a merge":        {"{\"<<\": {\"a\": 1}, \"b\": 1}", 0, "a", "1:2"},
		"of an empty object":                      {"x: 1\n---\n{}\n", 1, "a.b", "3:1"},
		"counts characters and not bytes":         {"{é: 1, b: 2}\n", 0, "b", "1:8"},
		"counts characters and not bytes in JSON": {"{\"é\": 1, \"b\": 2}\n", 0, "b", "1:10"},
		"counts no line for a line separator":     {"a: \"x\u2028y\"\nb: 1\n", 0, "b", "2:1"},
		"of a field whose path is nonsense":       {"a: 1\n", 0, "..[[.]a[", "1:1"},
	} {
		t.Run(name, func(t *testing.T) { assert.Equal(t, c.want, place(t, c.in, c.object, c.field)) })
	}
}

func TestPosition_ObjectWithoutDocumentIsAtTheStart(t *testing.T) {
	line, column := Object{}.Position("a")
	assert.Equal(t, []int{1, 1}, []int{line, column})
}

func TestPosition_IsSafeForConcurrentUse(t *testing.T) {
	object := objectsOf(t, cronJob)[0]
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			line, _ := object.Position("kind")
			assert.Equal(t, 4, line)
		})
	}
	all.Wait()
}
