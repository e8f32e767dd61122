package release

import (
	"bytes"
	"debug/buildinfo"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"
)

// bill reads the SBOM of the program for a platform.
func bill(t *testing.T, platform string) []byte {
	t.Helper()
	path, _ := archive(t, platform)
	text, err := os.ReadFile(strings.TrimSuffix(strings.TrimSuffix(path, ".zip"), ".tar.gz") + ".cdx.json")
	require.NoError(t, err)
	return text
}

func TestSBOM_ListsTheModulesOfTheProgram(t *testing.T) {
	for _, platform := range platforms() {
		var document cyclonedx.BOM
		require.NoError(t, json.Unmarshal(bill(t, platform), &document))
		require.Equal(t, "v1.2.3", document.Metadata.Component.Version)
		info, err := buildinfo.Read(bytes.NewReader(program(t, platform)))
		require.NoError(t, err)
		want := []string{"std@" + strings.TrimPrefix(info.GoVersion, "go")}
		for _, module := range info.Deps {
			want = append(want, module.Path+"@"+module.Version)
		}
		var listed []string
		for _, part := range *document.Components {
			listed = append(listed, part.Name+"@"+part.Version)
		}
		require.Equal(t, want, listed)
	}
}

// The schemas of CycloneDX are in its Go module.
func TestSBOM_FollowsTheSchemaOfCycloneDX(t *testing.T) {
	folder, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/CycloneDX/cyclonedx-go").Output()
	require.NoError(t, err)
	const base = "http://cyclonedx.org/schema/"
	compiler := jsonschema.NewCompiler()
	for name, file := range map[string]string{
		"bom-1.5.schema.json": "bom-1.5.schema.json", "spdx.schema.json": "spdx.schema.json", "jsf-0.82.schema.json": "jsf-0.82.schemax.json",
	} {
		text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "schema", file))
		require.NoError(t, err)
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		require.NoError(t, err)
		require.NoError(t, compiler.AddResource(base+name, document))
	}
	schema, err := compiler.Compile(base + "bom-1.5.schema.json")
	require.NoError(t, err)
	for _, platform := range platforms() {
		document, err := jsonschema.UnmarshalJSON(bytes.NewReader(bill(t, platform)))
		require.NoError(t, err)
		require.NoError(t, schema.Validate(document), platform)
		document.(map[string]any)["bomFormat"] = "SPDX"
		require.Error(t, schema.Validate(document), "the schema accepts everything")
	}
}
