package engine

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// decode reads {"findings", "excepted", "unverified"}.
func decode(report map[string]any) (Verdict, error) {
	findings, err := decodeAll(report["findings"])
	excepted, exceptedErr := decodeAll(report["excepted"])
	unverified, unverifiedErr := decodeAll(report["unverified"])
	return Verdict{Findings: findings, Excepted: excepted, Unverified: unverified}, errors.Join(err, exceptedErr, unverifiedErr)
}

func decodeAll(value any) ([]Finding, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("data.winpolicy.report holds a %T where a set of findings is to be", value)
	}
	if len(list) == 0 {
		return nil, nil
	}
	all := make([]Finding, len(list))
	for i, item := range list {
		finding, err := decodeOne(item)
		if err != nil {
			return nil, err
		}
		all[i] = finding
	}
	slices.SortFunc(all, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message))
	})
	return all, nil
}

// decodeOne goes through JSON, for the form of a finding is JSON's and findings are few.
func decodeOne(item any) (Finding, error) {
	form := struct {
		Message    string  `json:"msg"`
		Details    Finding `json:"details"`
		Exceptions []struct {
			Reason string `json:"reason"`
		} `json:"exceptions"`
	}{}
	text, err := json.Marshal(item)
	if err == nil {
		err = json.Unmarshal(text, &form)
	}
	if err != nil {
		return Finding{}, fmt.Errorf("a finding has another form than {msg, details}: %w", err)
	}
	form.Details.Message = form.Message
	for _, exception := range form.Exceptions {
		form.Details.Reasons = append(form.Details.Reasons, exception.Reason)
	}
	return form.Details, nil
}
