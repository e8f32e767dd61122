package gatekeeper_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper"
)

// The text of the table begins on line 20 of the team's rule.
func TestTemplates_WhatGatekeeperRefusesIsAnErrorWithItsLine(t *testing.T) {
	const file = "policies/lib/windows/rules/mine/mine.rego:"
	for name, tc := range map[string]struct{ body, line, says string }{
		"data of a bundle":         {"applies if data.other.list\n\n", "20", "this template may not read it"},
		"the inventory":            {"applies if x\n\nx := data.inventory.cluster\n\n", "22", "this template may not read it"},
		"a builtin of a later OPA": {"applies if strings.shout(\"a\")\n\n", "20", "undefined function strings.shout"},
		"http.send":                {"applies if http.send({\"url\": subject.pod.mine})\n\n", "20", "undefined function http.send"},
		"a type that never fits":   {"# why\napplies if {\n\tcount(subject.pod) > 0\n\t1 == \"a\"\n}\n\n", "23", "match error"},
		"syntax of a later OPA":    {"applies if $\"{subject.pod.mine}\"\n\n", "20", "rego_parse_error"},
		"an import of a rule":      {"import data.lib.windows.subject.bound\n\napplies if bound\n\n", "20", "a template imports packages, not rules"},
		"other METADATA":           {"applies if rego.metadata.rule()\n\n", "20", "a template has no METADATA"},
	} {
		t.Run(name, func(t *testing.T) {
			all, rules := withMine(t, "", tc.body)
			_, err := gatekeeper.Templates(all, rules, gatekeeper.BySubject)
			require.ErrorContains(t, err, file+tc.line)
			require.ErrorContains(t, err, tc.says)
		})
	}
}
