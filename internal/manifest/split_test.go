package manifest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// told is what Documents yields for one document.
type told struct {
	index, line int
	raw         string
}

func split(t testing.TB, r io.Reader) ([]told, []error) {
	t.Helper()
	var docs []told
	var errs []error
	for d, err := range Documents(r, "f.yaml") {
		if err != nil {
			errs = append(errs, err)
			continue
		}
		require.Equal(t, "f.yaml", d.File)
		docs = append(docs, told{d.Index, d.Line, string(d.Raw)})
	}
	return docs, errs
}

func TestDocuments_SplitAtSeparators(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []told
	}{
		"an empty file has no document":                        {"", nil},
		"a file of a byte order mark has no document":          {bom, nil},
		"a file without separator is one document":             {"a: 1\n", []told{{0, 1, "a: 1\n"}}},
		"a missing final newline loses nothing":                {"a: 1\n---\nb: 2", []told{{0, 1, "a: 1\n"}, {1, 3, "b: 2"}}},
		"a leading separator makes no empty document":          {"---\na: 1\n", []told{{0, 2, "a: 1\n"}}},
		"an empty document between separators has an index":    {"---\na: 1\n---\n---\nb: 2", []told{{0, 2, "a: 1\n"}, {1, 3, ""}, {2, 5, "b: 2"}}},
		"a trailing separator begins an empty document":        {"a: 1\n---\n", []told{{0, 1, "a: 1\n"}, {1, 2, ""}}},
		"a document of comments is a document":                 {"a: 1\n---\n# c\n---\nb: 2\n", []told{{0, 1, "a: 1\n"}, {1, 3, "# c\n"}, {2, 5, "b: 2\n"}}},
		"comments before the first separator join its text":    {"# c\n---\na: 1\n", []told{{0, 1, "# c\n---\na: 1\n"}}},
		"a comment on the separator stays in the text":         {"a: 1\n--- # c\nb: 2\n", []told{{0, 1, "a: 1\n"}, {1, 2, "--- # c\nb: 2\n"}}},
		"content on the separator stays in the text":           {"a: 1\n--- {b: 2}\n", []told{{0, 1, "a: 1\n"}, {1, 2, "--- {b: 2}\n"}}},
		"a separator may have trailing space":                  {"a: 1\n---  \t\nb: 2\n", []told{{0, 1, "a: 1\n"}, {1, 3, "b: 2\n"}}},
		"a separator may end with CR LF":                       {"a: 1\r\n---\r\nb: 2\r\n", []told{{0, 1, "a: 1\r\n"}, {1, 3, "b: 2\r\n"}}},
		"four dashes are no separator":                         {"a: 1\n----\n", []told{{0, 1, "a: 1\n----\n"}}},
		"indented dashes are no separator":                     {"a: |\n  x\n  ---\n  y\n", []told{{0, 1, "a: |\n  x\n  ---\n  y\n"}}},
		"three dots end a document":                            {"a: 1\n...\nb: 2\n", []told{{0, 1, "a: 1\n"}, {1, 3, "b: 2\n"}}},
		"dots before a separator make no empty document":       {"a: 1\n...\n---\nb: 2\n...\n", []told{{0, 1, "a: 1\n"}, {1, 4, "b: 2\n"}}},
		"comments after dots and before a separator join it":   {"a: 1\n...\n# c\n---\nb: 2\n", []told{{0, 1, "a: 1\n"}, {1, 3, "# c\n---\nb: 2\n"}}},
		"directives belong to the document they precede":       {"a: 1\n%YAML 1.1\n---\nb: 2\n", []told{{0, 1, "a: 1\n"}, {1, 2, "%YAML 1.1\n---\nb: 2\n"}}},
		"directives at the start are of the first document":    {"%YAML 1.1\n---\nb: 2\n", []told{{0, 1, "%YAML 1.1\n---\nb: 2\n"}}},
		"a byte order mark at the file start is left out":      {bom + "a: 1\n", []told{{0, 1, "a: 1\n"}}},
		"a byte order mark at a document start is left out":    {"a: 1\n---\n" + bom + "b: 2\n", []told{{0, 1, "a: 1\n"}, {1, 3, "b: 2\n"}}},
		"a byte order mark does not hide a separator":          {"a: 1\n" + bom + "---\nb: 2\n", []told{{0, 1, "a: 1\n"}, {1, 3, "b: 2\n"}}},
		"a line longer than the buffer is read whole":          {"a: " + strings.Repeat("x", 3*chunk) + "\n---\nb: 2\n", []told{{0, 1, "a: " + strings.Repeat("x", 3*chunk) + "\n"}, {1, 3, "b: 2\n"}}},
		"dashes where a long line fills the buffer are no cut": {"#" + strings.Repeat("x", chunk-1) + "---\na: 1\n", []told{{0, 1, "#" + strings.Repeat("x", chunk-1) + "---\na: 1\n"}}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, r := range []io.Reader{strings.NewReader(c.in), iotest.OneByteReader(strings.NewReader(c.in)), iotest.DataErrReader(strings.NewReader(c.in))} {
				docs, errs := split(t, r)
				require.Empty(t, errs)
				require.Equal(t, c.want, docs)
			}
		})
	}
}

func TestDocuments_TooLargeDocumentIsAnErrorAndTheRestFollows(t *testing.T) {
	for name, line := range map[string]string{
		"of many lines":    strings.Repeat("a: 1\n", MaxDocument/5+1),
		"of one long line": strings.Repeat("x", MaxDocument+1) + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			docs, errs := split(t, strings.NewReader("a: 1\n---\n"+line+"---\nb: 2\n"))
			last := strings.Count(line, "\n") + 4
			assert.Equal(t, []told{{0, 1, "a: 1\n"}, {2, last, "b: 2\n"}}, docs)
			require.Len(t, errs, 1)
			assert.EqualError(t, errs[0], "f.yaml:3: the document is larger than 8 MiB; split it")
			var e *Error
			require.ErrorAs(t, errs[0], &e)
			assert.Equal(t, 1, e.Document)
		})
	}
}

func TestDocuments_ReadsUpToMaxDocument(t *testing.T) {
	docs, errs := split(t, strings.NewReader(strings.Repeat("x", MaxDocument)))
	require.Empty(t, errs)
	assert.Len(t, docs[0].raw, MaxDocument)
}

// endless yields lines until the test has read enough.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left -= len(p); e.left < 0 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'x'
	}
	return len(p), nil
}

func TestDocuments_TooLargeDocumentIsNotHeldInMemory(t *testing.T) {
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			for _, err := range Documents(&endless{left: 256 << 20}, "f.yaml") {
				require.ErrorContains(b, err, "MiB")
			}
		}
	})
	assert.Less(t, result.AllocedBytesPerOp(), int64(64<<20))
}

func TestDocuments_ReadErrorComesOnceAndEndsTheSequence(t *testing.T) {
	broken := errors.New("disk gone")
	r := io.MultiReader(strings.NewReader("a: 1\n---\nb:"), iotest.ErrReader(broken))
	docs, errs := split(t, r)
	assert.Equal(t, []told{{0, 1, "a: 1\n"}}, docs)
	require.Len(t, errs, 1)
	assert.ErrorIs(t, errs[0], broken)
}

func TestDocuments_UTF16IsAnError(t *testing.T) {
	for _, head := range []string{"\xff\xfe", "\xfe\xff"} {
		docs, errs := split(t, strings.NewReader(head+"a\x00:\x00"))
		assert.Empty(t, docs)
		require.Len(t, errs, 1)
		assert.EqualError(t, errs[0], "f.yaml:1: the file is UTF-16; save it as UTF-8")
	}
}

func TestDocuments_BreakEndsTheReading(t *testing.T) {
	n := 0
	for _, err := range Documents(strings.NewReader("a: 1\n---\nb: 1\n---\nc: 1\n"), "f.yaml") {
		require.NoError(t, err)
		n++
		break
	}
	assert.Equal(t, 1, n)
}

func TestDocuments_JoinedDocumentsComeBackUnchanged(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(of []string) string { return of[random.IntN(len(of))] }
	contents := []string{"a: 1\n", "a: |\n  x\n  ---\n", "# only a comment\n", "", "{\"a\": 1}\n", "a: 1\r\nb: 2\r\n", "a: " + strings.Repeat("y", chunk+7) + "\n", "\n\n", "- ---\n"}
	separators := []string{"---\n", "---\r\n", "--- \n", "---\t\r\n", "...\n---\n", "... # end\r\n---\n", bom + "---\n"}
	for range 300 {
		var text strings.Builder
		var want []told
		line := 1
		for i := range 1 + random.IntN(6) {
			separator, content := pick(separators), pick(contents)
			if i == 0 {
				separator = pick([]string{"---\n", bom + "---\r\n"})
			}
			line += strings.Count(separator, "\n")
			text.WriteString(separator + content)
			first := line
			if content == "" {
				first--
			}
			want = append(want, told{i, first, content})
			line += strings.Count(content, "\n")
		}
		for _, size := range []int{1, 3, 4096, chunk + 1} {
			docs, errs := split(t, &steps{text: []byte(text.String()), size: size})
			require.Empty(t, errs)
			require.Equal(t, want, docs, "chunks of %d of %.300q", size, text.String())
		}
	}
}

// steps reads a text in chunks of one size.
type steps struct {
	text []byte
	size int
}

func (s *steps) Read(p []byte) (int, error) {
	if len(s.text) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), s.size)], s.text)
	s.text = s.text[n:]
	return n, nil
}

// checkLines names the line of a text that is in no document and no separator,
// or in two documents.
func checkLines(text []byte, docs []told) error {
	lines := bytes.SplitAfter(text, []byte("\n"))
	next := 0
	skip := func(to int) error {
		for ; next < to; next++ {
			bare := bytes.TrimPrefix(lines[next], []byte(bom))
			if len(bare) > 0 && !isMarker(bare, "---") && !isMarker(bare, "...") {
				return fmt.Errorf("line %d is lost: %q", next+1, bare)
			}
		}
		return nil
	}
	for _, d := range docs {
		if d.raw == "" {
			continue
		}
		if d.line-1 < next {
			return fmt.Errorf("line %d is in two documents", d.line)
		}
		if err := skip(d.line - 1); err != nil {
			return err
		}
		for _, raw := range strings.SplitAfter(d.raw, "\n") {
			if raw == "" {
				continue
			}
			if raw != string(lines[next]) && bom+raw != string(lines[next]) {
				return fmt.Errorf("line %d is changed: %q", next+1, raw)
			}
			next++
		}
	}
	return skip(len(lines))
}
