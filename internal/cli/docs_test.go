package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"winpolicy/internal/cli"
	"winpolicy/samples"
)

var (
	fence    = regexp.MustCompile("(?ms)^```(yaml|console)\n(.*?)^```\n")
	fileName = regexp.MustCompile(`^# (\S+\.yaml)\n`)
	changing = regexp.MustCompile(`\d+ bytes, revision [0-9a-f]{64}`)
)

// What the documentation shows is what the program prints. A YAML block that begins with a file's name is that file; of
// a console block each line that begins with $ is run; < FILE is its standard input. UPDATE_DOCS=1 writes what is printed into the pages.
func TestCommandsOfTheDocumentationPrintWhatItShows(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(err, pages)
	}
	pages = append(pages, "../../README.md")
	for _, page := range pages {
		page, err := filepath.Abs(page)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(page), func(t *testing.T) {
			shown, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			t.Chdir(t.TempDir())
			if err := os.CopyFS("samples", samples.FS); err != nil {
				t.Fatal(err)
			}
			printed := play(t, string(shown))
			if os.Getenv("UPDATE_DOCS") != "" {
				if err := os.WriteFile(page, []byte(printed), 0o644); err != nil {
					t.Fatal(err)
				}
			} else if printed != string(shown) {
				t.Errorf("run `UPDATE_DOCS=1 go test ./internal/cli`, and see what changes in %s", page)
			}
		})
	}
}

// play runs a page and gives it with the output of its commands.
func play(t *testing.T, page string) string {
	return fence.ReplaceAllStringFunc(page, func(block string) string {
		parts := fence.FindStringSubmatch(block)
		if parts[1] == "yaml" {
			if name := fileName.FindStringSubmatch(parts[2]); name != nil {
				if err := os.WriteFile(name[1], []byte(parts[2]), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			return block
		}
		var text strings.Builder
		text.WriteString("```console\n")
		for line := range strings.Lines(parts[2]) {
			if command, ok := strings.CutPrefix(line, "$ winpolicy "); ok {
				var output bytes.Buffer
				command, from, _ := strings.Cut(command, " < ")
				cli.Run(strings.Fields(command), bytes.NewReader(standardInput(t, from)), &output, &output)
				text.WriteString(line + changing.ReplaceAllString(output.String(), "… bytes, revision …"))
			}
		}
		return text.String() + "```\n"
	})
}

// standardInput is the text of the file that a command reads, none without a name.
func standardInput(t *testing.T, name string) []byte {
	name = strings.TrimSpace(name)
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
