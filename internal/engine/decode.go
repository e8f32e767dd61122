package engine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"winpolicy/internal/finding"
)

// Verdict is everything that the rules report about one object. Each list is ordered by field, then rule.
type Verdict struct {
	Findings []finding.Finding
	Excepted []finding.Finding // findings that exceptions cover
	// Unverified holds what the rules could not judge. The severity of each is "unverified".
	Unverified []finding.Finding
}

// keep drops the findings of rules that are not chosen.
func (v *Verdict) keep(chosen func(rule string) bool) {
	for _, list := range []*[]finding.Finding{&v.Findings, &v.Excepted, &v.Unverified} {
		*list = slices.DeleteFunc(*list, func(one finding.Finding) bool { return !chosen(one.Rule) })
	}
}

// decode reads {"findings", "excepted", "unverified"}.
func decode(report map[string]any) (Verdict, error) {
	findings, err := decodeAll(report["findings"])
	excepted, exceptedErr := decodeAll(report["excepted"])
	unverified, unverifiedErr := decodeAll(report["unverified"])
	return Verdict{Findings: findings, Excepted: excepted, Unverified: unverified}, errors.Join(err, exceptedErr, unverifiedErr)
}

func decodeAll(value any) ([]finding.Finding, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("data.winpolicy.report holds a %T instead of a set of findings", value)
	}
	if len(list) == 0 {
		return nil, nil
	}
	all := make([]finding.Finding, len(list))
	for i, item := range list {
		one, err := decodeOne(item)
		if err != nil {
			return nil, err
		}
		all[i] = one
	}
	slices.SortFunc(all, func(a, b finding.Finding) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return all, nil
}

// decodeOne reads {"msg", "details", "exceptions"}. It goes through JSON because findings are few.
func decodeOne(item any) (finding.Finding, error) {
	form := struct {
		Message    string           `json:"msg"`
		Details    finding.Finding  `json:"details"`
		Exceptions []map[string]any `json:"exceptions"`
	}{}
	text, err := json.Marshal(item)
	if err == nil {
		err = json.Unmarshal(text, &form)
	}
	if err != nil {
		return finding.Finding{}, fmt.Errorf("a finding does not have the form {msg, details}: %w", err)
	}
	one := form.Details
	one.Message, one.Reasons = form.Message, nil
	for _, exception := range form.Exceptions {
		reason, _ := exception["reason"].(string)
		text, err := json.Marshal(exception)
		if err != nil {
			return finding.Finding{}, err
		}
		one.Reasons, one.Exceptions = append(one.Reasons, reason), append(one.Exceptions, string(text))
	}
	return one, nil
}
