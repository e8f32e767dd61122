// Package finding holds the types of what a rule reports about an object.
package finding

// Finding is one report of a rule about one object.
type Finding struct {
	Rule       string      `json:"rule"` // the id of the rule
	Severity   Severity    `json:"severity"`
	Message    string      `json:"message"`
	Field      string      `json:"field"` // the path from the object's root, as the API server writes it
	Because    string      `json:"because"`
	EnforcedBy string      `json:"enforcedBy"`
	Container  string      `json:"container,omitempty"`
	Fix        []Operation `json:"fix,omitempty"`
	Reasons    []string    `json:"reasons,omitempty"` // of the exceptions that cover the finding
}

// Operation is one operation of a JSON Patch (RFC 6902).
type Operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}
