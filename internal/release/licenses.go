package release

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"slices"
	"strings"
)

// licensesFile is the name of the file with the licenses of what is in a program beside winpolicy.
const licensesFile = "THIRD_PARTY_LICENSES"

// terms are the files of a module that its license asks to pass on together with its code.
var terms = regexp.MustCompile(`(?i)^(licen[cs]e|notice|copying|patents)`)

// licenses gives the terms of Go and of each module in a program. A text that several of them have is there once.
func licenses(ctx context.Context, root string, info *debug.BuildInfo) ([]byte, error) {
	goroot, err := output(ctx, root, "go", "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	folders := map[string]string{"Go " + strings.TrimPrefix(info.GoVersion, "go"): goroot}
	arguments := []string{"list", "-m", "-f", "{{.Path}}\t{{.Version}}\t{{.Dir}}"}
	for _, module := range info.Deps {
		arguments = append(arguments, module.Path)
	}
	listed, err := output(ctx, root, "go", arguments...)
	if err != nil {
		return nil, err
	}
	for line := range strings.SplitSeq(listed, "\n") {
		fields := strings.Split(line, "\t")
		folders[fields[0]+" "+fields[1]] = fields[2]
	}
	return termsOf(folders)
}

// termsOf reads the terms of modules from their folders.
func termsOf(folders map[string]string) ([]byte, error) {
	var texts []string
	owners := map[string][]string{} // the modules of each text
	for _, module := range slices.Sorted(maps.Keys(folders)) {
		entries, err := os.ReadDir(folders[module])
		if err != nil {
			return nil, fmt.Errorf("licenses of %s: %w", module, err)
		}
		found := len(texts)
		for _, entry := range entries {
			if entry.IsDir() || !terms.MatchString(entry.Name()) {
				continue
			}
			text, err := os.ReadFile(filepath.Join(folders[module], entry.Name()))
			if err != nil {
				return nil, err
			}
			owners[string(text)] = append(owners[string(text)], module)
			texts = append(texts, string(text))
		}
		if len(texts) == found {
			return nil, errors.New(module + " has no license, so nobody may pass on a program with it")
		}
	}
	var all strings.Builder
	for _, text := range texts {
		if modules := owners[text]; modules != nil {
			fmt.Fprintf(&all, "%s\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(modules, "\n"), strings.TrimSpace(text))
			delete(owners, text)
		}
	}
	return []byte(all.String()), nil
}
