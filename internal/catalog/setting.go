package catalog

import "winpolicy/internal/finding"

// Setting is what a configuration decides about a rule.
type Setting struct {
	Enabled  bool
	Severity finding.Severity // of all its findings; "" leaves to each its own
}

// Setting returns what a configuration, as bundles hold it, decides about the rule.
func (r Rule) Setting(configured map[string]any) Setting {
	all, _ := configured["rules"].(map[string]any)
	own, _ := all[r.ID].(map[string]any)
	result := Setting{Enabled: r.Enabled}
	if enabled, ok := own["enabled"].(bool); ok {
		result.Enabled = enabled
	}
	if severity, ok := own["severity"].(string); ok {
		result.Severity = finding.Severity(severity)
	}
	return result
}
