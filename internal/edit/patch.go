package edit

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	jsonpatch "github.com/evanphx/json-patch/v5"

	"winpolicy/internal/finding"
)

// patched returns the top-level values of a document after the edits, by a library for JSON Patch. It is what the edited
// text must read as.
func patched(values []any, edits []Edit) ([]any, error) {
	byRoot := map[int][]finding.Operation{}
	for _, edit := range edits {
		for _, operation := range edit.Operations {
			operation.Path = pointer(edit.Path) + operation.Path
			if operation.From != "" {
				operation.From = pointer(edit.Path) + operation.From
			}
			byRoot[edit.Root] = append(byRoot[edit.Root], operation)
		}
	}
	all := append([]any(nil), values...)
	for root, operations := range byRoot {
		if root >= len(all) {
			return nil, refuse("the document has no value %d", root)
		}
		value, err := Patch(all[root], operations)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRefused, err)
		}
		all[root] = value
	}
	return all, nil
}

// Patch returns a value, as encoding/json decodes it with UseNumber, after the operations of a fix. All tests of a fix are about the object before the fix, so they come first.
// The library does not get them, because it panics on a test of a list with a null in it.
func Patch(value any, operations []finding.Operation) (any, error) {
	for _, operation := range operations {
		if operation.Op != "test" {
			continue
		}
		if err := test(value, operation); err != nil {
			return nil, err
		}
	}
	text, err := json.Marshal(withoutTests(operations))
	if err != nil {
		return nil, err
	}
	patch, err := jsonpatch.DecodePatch(text)
	if err != nil {
		return nil, err
	}
	before, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	after, err := patch.Apply(before)
	if err != nil {
		return nil, err
	}
	decoder := json.NewDecoder(bytes.NewReader(after))
	decoder.UseNumber()
	var made any
	if err := decoder.Decode(&made); err != nil {
		return nil, err
	}
	return made, nil
}

// withoutTests returns the operations that change something.
func withoutTests(operations []finding.Operation) []finding.Operation {
	return slices.DeleteFunc(slices.Clone(operations), func(operation finding.Operation) bool { return operation.Op == "test" })
}

// test tells whether a value has what a test operation wants.
func test(value any, operation finding.Operation) error {
	for _, key := range keysOf(operation.Path) {
		switch inner := value.(type) {
		case map[string]any:
			found, ok := inner[key]
			if !ok {
				return fmt.Errorf("%s is not there", operation.Path)
			}
			value = found
		case []any:
			index, err := strconv.Atoi(key)
			if err != nil || index < 0 || index >= len(inner) {
				return fmt.Errorf("%s is not there", operation.Path)
			}
			value = inner[index]
		default:
			return fmt.Errorf("%s is not there", operation.Path)
		}
	}
	got, err := json.Marshal(value)
	if err != nil {
		return err
	}
	want, err := json.Marshal(operation.Value)
	if err != nil {
		return err
	}
	if !bytes.Equal(got, want) {
		return fmt.Errorf("%s has another value than the fix expects", operation.Path)
	}
	return nil
}

var (
	escaper   = strings.NewReplacer("~", "~0", "/", "~1")
	unescaper = strings.NewReplacer("~1", "/", "~0", "~")
)

// pointer returns the JSON Pointer of some keys.
func pointer(keys []string) string {
	var text strings.Builder
	for _, key := range keys {
		text.WriteString("/" + escaper.Replace(key))
	}
	return text.String()
}

// keysOf returns the keys of a JSON Pointer.
func keysOf(pointer string) []string {
	var keys []string
	for _, part := range strings.Split(pointer, "/")[1:] {
		keys = append(keys, unescaper.Replace(part))
	}
	return keys
}
