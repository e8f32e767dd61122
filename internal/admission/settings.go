package admission

import (
	"cmp"
	"maps"
	"slices"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

// Settings are the parts of winpolicy.yaml that decide a set. The zero value is a configuration without any key.
type Settings struct {
	Values    map[string]any // platform, taints and rules, as the rules take them
	Admission map[string]any // the section of that name
}

// excluded returns the requirement that leaves out the excluded namespaces.
func (s Settings) excluded() []Requirement {
	names := []string{"kube-system"}
	if configured, ok := s.Admission["excludedNamespaces"].([]any); ok {
		names = nil
		for _, name := range configured {
			if name, ok := name.(string); ok {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return nil
	}
	return []Requirement{{"kubernetes.io/metadata.name", "NotIn", names}}
}

// text returns a text of the section, or otherwise if it is not set.
func (s Settings) text(key, otherwise string) string {
	if value, ok := s.Admission[key].(string); ok {
		return value
	}
	return otherwise
}

// parametersOf returns the parameters that the configuration sets for a rule.
func (s Settings) parametersOf(rule string) map[string]any {
	all, _ := s.Values["rules"].(map[string]any)
	settings, _ := all[rule].(map[string]any)
	parameters, _ := settings["parameters"].(map[string]any)
	return parameters
}

// severity returns the severity of the findings of a rule, which is that of the condition without configuration. The result
// is "" if the rule is off.
func (s Settings) severity(rule catalog.Rule, own finding.Severity) finding.Severity {
	setting := rule.Setting(s.Values)
	if !setting.Enabled {
		return ""
	}
	return cmp.Or(setting.Severity, own)
}

// literals returns what expressions can read of the configuration, as CEL.
func (s *Source) literals(settings Settings) (map[string]string, error) {
	platform, _ := settings.Values["platform"].(string)
	taints, untainted := s.taints(settings, platform)
	values := map[string]any{
		"platform":         platform,
		"untainted":        untainted,
		"defaultOS":        settings.text("defaultOS", "linux"),
		"osName":           settings.text("osName", "safe"),
		"taints":           taints,
		"addedTolerations": s.added(platform),
	}
	for name, parameter := range s.parameters {
		values[name] = parameter.value
		if value, ok := settings.parametersOf(parameter.rule)[name]; ok {
			values[name] = value
		}
	}
	literals := map[string]string{}
	for name, value := range values {
		text, err := literal(value)
		if err != nil {
			return nil, err
		}
		literals[name] = text
	}
	return literals, nil
}

// taints returns the taints of Windows nodes, and whether it is certain that none keeps pods away.
func (s *Source) taints(settings Settings, platform string) (taints []any, untainted bool) {
	facts, known := s.platforms[platform].(map[string]any)
	given, configured := settings.Values["taints"].([]any)
	if !configured {
		given, _ = facts["taints"].([]any)
	}
	untainted = known || configured
	for _, item := range given {
		taint, _ := item.(map[string]any)
		complete := map[string]any{"value": ""}
		maps.Copy(complete, taint)
		taints = append(taints, complete)
		if slices.Contains([]any{"NoSchedule", "NoExecute"}, complete["effect"]) {
			untainted = false
		}
	}
	return taints, untainted
}

// added returns the tolerations that the webhook of the platform adds to pods whose nodeSelector has a label.
func (s *Source) added(platform string) []any {
	entry, ok := s.addedByPlatform[platform].(map[string]any)
	if !ok {
		return nil
	}
	taint, _ := entry["taint"].(map[string]any)
	merged := map[string]any{"label": entry["label"], "labelValue": entry["value"]}
	maps.Copy(merged, taint)
	return []any{merged}
}
