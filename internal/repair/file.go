package repair

import (
	"bytes"
	"context"

	"winpolicy/internal/check"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// File repairs the documents of a file, as Document does. What cannot be read stays as it is, and is an error of the result.
func (p Repairer) File(ctx context.Context, name string, text []byte) Result {
	var result Result
	copied := 0 // up to where the text of the result is written
	moved := 0  // by how many lines the next document moves
	for document, err := range manifest.Documents(bytes.NewReader(text), name) {
		if err != nil {
			result.Errors = append(result.Errors, check.Failure(err))
			continue
		}
		begin, ok := document.Offset(text)
		if !ok {
			result.Errors = append(result.Errors, report.Error{
				File: name, Document: document.Index, Line: document.Line, Message: "the document was not found again in the file; it is not repaired",
			})
			continue
		}
		part := p.Document(ctx, document)
		result.Text = append(append(result.Text, text[copied:begin]...), part.Text...)
		copied = begin + len(document.Raw)
		for i := range part.Left {
			part.Left[i].Line += moved
		}
		moved += bytes.Count(part.Text, []byte("\n")) - bytes.Count(document.Raw, []byte("\n"))
		result.Objects += part.Objects
		result.Fixed = append(result.Fixed, part.Fixed...)
		result.Left = append(result.Left, part.Left...)
		result.Errors = append(result.Errors, part.Errors...)
	}
	result.Text = append(result.Text, text[copied:]...)
	return result
}
