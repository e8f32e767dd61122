// Site writes the documentation as a static site with the playground. `make site` runs it from the root of the project.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"winpolicy/internal/compiled"
	"winpolicy/internal/files"
	"winpolicy/internal/playground"
	"winpolicy/internal/sample"
	"winpolicy/internal/site"
	"winpolicy/samples"
)

func main() {
	var made options
	flag.StringVar(&made.out, "out", "dist/site", "folder to write; it is replaced if this command wrote it")
	flag.StringVar(&made.program, "wasm", "", "program of the playground; without it the playground shows its example only")
	flag.StringVar(&made.support, "wasm-exec", "", "script of the Go that built the program, which starts it: $(go env GOROOT)/lib/wasm/wasm_exec.js")
	flag.BoolVar(&made.small, "brotli", false, "also pack the program by brotli, which takes minutes")
	flag.StringVar(&made.verdicts, "verdicts", "", "file for a question about every sample and its answer, one a line, which tests compare with the program")
	flag.Parse()
	if err := made.write(); err != nil {
		fmt.Fprintln(os.Stderr, "site:", err)
		os.Exit(1)
	}
}

type options struct {
	out, program, support, verdicts string
	small                           bool
}

func (o options) write() error {
	judge, err := playground.New()
	if err != nil {
		return err
	}
	all, err := sample.Read(samples.FS)
	if err != nil {
		return err
	}
	if o.verdicts != "" {
		return writeVerdicts(o.verdicts, judge, all)
	}
	source, err := read(judge, all)
	if err != nil {
		return err
	}
	pages, err := site.Files(source)
	if err != nil {
		return err
	}
	if o.program != "" {
		if err := site.AddProgram(pages, o.program, o.support, o.small); err != nil {
			return err
		}
	}
	if err := files.WriteFolder(o.out, pages); err != nil {
		return err
	}
	fmt.Printf("%d files in %s; open %s\n", len(pages), o.out, filepath.Join(o.out, "index.html"))
	return nil
}

// writeVerdicts writes the questions about the samples and their answers.
func writeVerdicts(file string, judge *playground.Judge, all []sample.Sample) error {
	asked, err := playground.Questions(samples.FS, all)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	for _, one := range asked {
		pair := map[string]any{"question": one, "answer": judge.Answer(context.Background(), one, time.Now().UTC())}
		if err := encoder.Encode(pair); err != nil {
			return err
		}
	}
	return os.WriteFile(file, out.Bytes(), 0o600)
}

// read reads the project in the current folder.
func read(judge *playground.Judge, all []sample.Sample) (site.Source, error) {
	facts, err := compiled.Read()
	if err != nil {
		return site.Source{}, err
	}
	asked := playground.Question{Manifest: site.ExampleManifest}
	return site.Source{
		Tree: os.DirFS("."), Rules: facts.Rules, Samples: all, Platforms: judge.Platforms(),
		Example: site.Example{Question: asked, Answer: judge.Answer(context.Background(), asked, time.Now().UTC())},
	}, nil
}
