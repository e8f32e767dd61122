package docs

import (
	"fmt"
	"strings"

	"winpolicy/internal/admission"
)

// AdmissionPage is the page that says what the admission policies report.
const AdmissionPage = "docs/admission-policies.md"

// admissionPage is the page of what the policies report, and of what they leave to the Rego.
func admissionPage(source *admission.Source) string {
	var text strings.Builder
	text.WriteString(Header + "\n# What the admission policies report\n\n" +
		"[The admission policies](admission.md) report these conditions of the rules. The severities are those without\n" +
		"configuration. A policy reports a rule where the Rego does, except for what the second table lists.\n\n")
	var reported, left [][]string
	for _, policy := range source.Policies {
		for _, condition := range policy.Conditions {
			reported = append(reported, []string{ruleLink(condition.Rule), string(condition.Severity), Prose(condition.Says)})
			for _, abstention := range condition.Unless {
				left = append(left, []string{ruleLink(condition.Rule), Prose(condition.Says), Prose(abstention.Why)})
			}
		}
		for _, omission := range policy.Without {
			left = append(left, []string{ruleLink(policy.Rule), Prose(omission.Says), Prose(omission.Why)})
		}
	}
	text.WriteString(Table([]string{"Rule", "Severity", "Message"}, reported))
	text.WriteString("\n## What they leave to Gatekeeper and check\n\n" +
		"No policy reports a note, or what the API server rejects before it asks a policy. No policy reads another object.\n" +
		"A policy has no exceptions and does not yield to another one. It is silent about an update if the rule found\n" +
		"something in the old object. These findings are left out, too:\n\n")
	text.WriteString(Table([]string{"Rule", "Message of the rule", "Why"}, left))
	return text.String()
}

func ruleLink(id string) string { return fmt.Sprintf("[%s](rules/%s.md)", id, id) }
