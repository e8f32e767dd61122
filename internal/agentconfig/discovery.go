package agentconfig

import (
	"fmt"

	"winpolicy/internal/jsontext"
)

// DiscoveryPolicy returns a Rego policy from which the server makes the discovery bundle. An agent takes the entry that its
// label fleet names, or else the default.
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

const discoveryPolicy = `# The configuration of an agent: the entry of fleets that the agent's label "fleet" names, or else the default.
package discovery

config := object.get(fleets, object.get(_labels, "fleet", "default"), fleets["default"])

_labels := object.get(opa.runtime(), ["config", "labels"], {})

fleets := {"default": _default}

_default := %s
`
