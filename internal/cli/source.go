package cli

import (
	"winpolicy/internal/admission"
	"winpolicy/internal/compiled"
	"winpolicy/internal/config"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

// source is what everything is generated from.
type source struct {
	modules []rego.Module
	facts   compiled.Facts
	samples []sample.Sample
	options gatekeeper.Options

	document *config.Document
}

// admission reads the CEL of the program.
func (s source) admission() (*admission.Source, error) {
	return admission.Read(policies.FS, s.modules, s.facts.Rules)
}
