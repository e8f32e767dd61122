package agentconfig

import (
	"fmt"

	"winpolicy/internal/jsontext"
)

// DiscoveryPolicy gives a policy to begin with, for the server to serve as discovery bundle: agents take the entry that their label
// fleet names, and the default otherwise.
func DiscoveryPolicy(options Options) ([]byte, error) {
	if err := options.check(); err != nil {
		return nil, err
	}
	fleet := map[string]any{
		"bundles":          map[string]any{"windows": options.bundle("windows")},
		"default_decision": "winpolicy/admission/response",
	}
	text, err := jsontext.Indent(fleet, "\t")
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, discoveryPolicy, text), nil
}

const discoveryPolicy = `# What an agent does beyond asking for this: the entry of fleets that its label "fleet" names.
package discovery

config := object.get(fleets, object.get(_labels, "fleet", "default"), fleets["default"])

_labels := object.get(opa.runtime(), ["config", "labels"], {})

fleets := {"default": _default}

_default := %s
`
