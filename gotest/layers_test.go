package gotest

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// imports gives the packages of the program, and which of them each one imports.
func imports(t *testing.T) map[string][]string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "list", "-f", `{{.Module.Path}} {{.ImportPath}} {{join .Imports " "}}`, "./bundle", "./cmd/...", "./docs", "./internal/...", "./policies", "./samples")
	command.Dir = ".."
	text, err := command.Output()
	require.NoError(t, err)
	all := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		fields := strings.Fields(line)
		module := fields[0] + "/"
		name := room(module, fields[1])
		all[name] = []string{}
		for _, imported := range fields[2:] {
			if strings.HasPrefix(imported, module) {
				all[name] = append(all[name], room(module, imported))
			}
		}
	}
	return all
}

// room is the name of a package in the table of layers: "check" for winpolicy/internal/check in the module winpolicy/, and
// "./samples" for winpolicy/samples.
func room(module, imported string) string {
	name := strings.TrimPrefix(imported, module)
	if inside, ok := strings.CutPrefix(name, "internal/"); ok {
		return inside
	}
	return "./" + name
}

// layers reads the table of layers in CONTRIBUTING.md: the layer of each package, 0 for the lowest.
func layers(t *testing.T) map[string]int {
	t.Helper()
	text, err := os.ReadFile("../CONTRIBUTING.md")
	require.NoError(t, err)
	rows := regexp.MustCompile("(?m)^\\| (\\d+) \\| (`.*`) \\|").FindAllStringSubmatch(string(text), -1)
	all := map[string]int{}
	for i, row := range rows {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(row[2], -1) {
			require.NotContains(t, all, name[1], "CONTRIBUTING.md has the package twice in its table of layers")
			all[name[1]] = i
		}
	}
	return all
}

func TestLayers_PackagesImportOnlyLowerLayers(t *testing.T) {
	known, used := layers(t), imports(t)
	require.ElementsMatch(t, slices.Collect(maps.Keys(used)), slices.Collect(maps.Keys(known)), "the table of layers in CONTRIBUTING.md lists other packages")
	for _, name := range slices.Sorted(maps.Keys(used)) {
		for _, imported := range used[name] {
			require.Less(t, known[imported], known[name], "%s imports %s, which is not in a lower layer", name, imported)
		}
	}
}

func TestLayers_FilesOfAPackageFormNoCircle(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(imports(t))) {
		folder := filepath.Join("../internal", name)
		if strings.HasPrefix(name, "./") {
			folder = filepath.Join("..", name)
		}
		require.Empty(t, circle(fileUses(t, folder)), "%s: these files use one another in a circle: move what they share into one file", name)
	}
}

// TestLayers_CircleIsFound shows that the test above can fail.
func TestLayers_CircleIsFound(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"a.go": "package p\n\nfunc a() { b() }\n",
		"b.go": "package p\n\nfunc b() { T{}.c() }\n",
		"c.go": "package p\n\ntype T struct{}\n\nfunc (T) c() { a() }\n",
		"d.go": "package p\n\nfunc d() { a() }\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	require.Equal(t, []string{"a.go", "b.go", "c.go"}, circle(fileUses(t, folder)))
}

// fileUses gives, for each file of a package, the other files whose names it uses. It needs no types of other packages.
func fileUses(t *testing.T, folder string) map[string][]string {
	t.Helper()
	set := token.NewFileSet()
	var parsed []*ast.File
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	for _, entry := range entries {
		if path.Ext(entry.Name()) == ".go" && !strings.HasSuffix(entry.Name(), "_test.go") {
			file, err := parser.ParseFile(set, filepath.Join(folder, entry.Name()), nil, parser.SkipObjectResolution)
			require.NoError(t, err)
			parsed = append(parsed, file)
		}
	}
	info := types.Info{Uses: map[*ast.Ident]types.Object{}}
	config := types.Config{Importer: noImports{}, Error: func(error) {}}
	checked, _ := config.Check(folder, set, parsed, &info) // the errors are about the packages that are not loaded
	uses := map[string][]string{}
	for identifier, object := range info.Uses {
		from := filepath.Base(set.Position(identifier.Pos()).Filename)
		to := filepath.Base(set.Position(object.Pos()).Filename)
		if object.Pkg() == checked && from != to && !slices.Contains(uses[from], to) {
			uses[from] = append(uses[from], to)
		}
	}
	return uses
}

// noImports makes the type checker go on without the packages that a file imports.
type noImports struct{}

func (noImports) Import(string) (*types.Package, error) { return nil, errors.New("not loaded") }

// circle gives the files that reach themselves, sorted; nil if there are none.
func circle(uses map[string][]string) []string {
	var all []string
	for start := range uses {
		reached := map[string]bool{}
		for queue := uses[start]; len(queue) > 0; queue = queue[1:] {
			if !reached[queue[0]] {
				reached[queue[0]] = true
				queue = append(queue, uses[queue[0]]...)
			}
		}
		if reached[start] {
			all = append(all, start)
		}
	}
	slices.Sort(all)
	return all
}
