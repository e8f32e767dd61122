package release

import (
	"bytes"
	"runtime/debug"
	"strings"
	"time"

	"github.com/CycloneDX/cyclonedx-go"
)

// bill is the SBOM of a program in CycloneDX JSON. It lists Go's standard library and the modules that the linker put into the
// program, as the program itself records them.
func bill(built build, described description) ([]byte, error) {
	program := component(&debug.Module{Path: built.info.Main.Path, Version: described.version})
	program.Type, program.Name = cyclonedx.ComponentTypeApplication, "winpolicy"
	program.Licenses = &cyclonedx.Licenses{{License: &cyclonedx.License{ID: "Apache-2.0"}}}
	parts := []cyclonedx.Component{component(&debug.Module{Path: "std", Version: strings.TrimPrefix(built.info.GoVersion, "go")})}
	for _, module := range built.info.Deps {
		parts = append(parts, component(module))
	}
	references := []string{}
	for _, part := range parts {
		references = append(references, part.BOMRef)
	}
	document := cyclonedx.NewBOM()
	document.Metadata = &cyclonedx.Metadata{Timestamp: described.time.Format(time.RFC3339), Component: &program}
	document.Components = &parts
	document.Dependencies = &[]cyclonedx.Dependency{{Ref: program.BOMRef, Dependencies: &references}}
	var into bytes.Buffer
	err := cyclonedx.NewBOMEncoder(&into, cyclonedx.BOMFileFormatJSON).SetPretty(true).EncodeVersion(document, cyclonedx.SpecVersion1_5)
	return into.Bytes(), err
}

// component describes a module, or what replaces it.
func component(module *debug.Module) cyclonedx.Component {
	if module.Replace != nil {
		module = module.Replace
	}
	url := "pkg:golang/" + module.Path + "@" + module.Version
	return cyclonedx.Component{
		BOMRef: url, Type: cyclonedx.ComponentTypeLibrary, Name: module.Path, Version: module.Version, PackageURL: url,
	}
}
