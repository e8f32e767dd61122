package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"

	"winpolicy/internal/sample"
)

// regressions are requests that the sides disagreed about once, one a line.
//
//go:embed regressions.jsonl
var regressions []byte

// kept gives the requests that are judged in every run: those of regressions.jsonl, and all samples as they are.
func kept(samples []sample.Sample) ([]request, error) {
	var all []request
	lines := bufio.NewScanner(bytes.NewReader(regressions))
	lines.Buffer(nil, 1<<20)
	for number := 1; lines.Scan(); number++ {
		one := request{origin: fmt.Sprintf("regressions.jsonl:%d", number)}
		if err := json.Unmarshal(lines.Bytes(), &one); err != nil {
			return nil, fmt.Errorf("%s: %w", one.origin, err)
		}
		all = append(all, one)
	}
	for _, one := range samples {
		made := requestOf(one)
		made.origin = "samples/" + one.File + " " + one.Name
		all = append(all, made)
	}
	return all, lines.Err()
}

// requestOf is the request that a sample is, or would be made with.
func requestOf(one sample.Sample) request {
	whole := copied(one.Object.Value).(object)
	if !one.IsReview() {
		if metadata, ok := whole["metadata"].(object); ok {
			delete(metadata, "uid") // nobody creates an object that the cluster has already
			delete(metadata, "resourceVersion")
		}
		return request{Operation: "CREATE", Object: whole}
	}
	inner, _ := whole["request"].(object)
	made := request{}
	made.Operation, _ = inner["operation"].(string)
	made.SubResource, _ = inner["subResource"].(string)
	made.OldObject, _ = inner["oldObject"].(object)
	made.Object, _ = inner["object"].(object)
	return made
}
