package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// alertTests say when each alert of the page fires, if Gatekeeper audits every minute.
const alertTests = `
rule_files: [rules.yaml]
evaluation_interval: 1m
tests:
- name: violations of Constraints that deny rise after an hour
  interval: 1m
  input_series:
  - {series: 'gatekeeper_violations{enforcement_action="deny"}', values: '3x60 5x120'}
  - {series: 'gatekeeper_violations{enforcement_action="warn"}', values: '0+1x180'}
  alert_rule_test:
  - {eval_time: 59m, alertname: PolicyViolationsRise}
  - eval_time: 80m
    alertname: PolicyViolationsRise
    exp_alerts: [{exp_labels: {enforcement_action: deny}, exp_annotations: {summary: "Something in the cluster breaks a rule that denies. kubectl get constraints tells which."}}]
  - {eval_time: 150m, alertname: PolicyViolationsRise}
- name: the audit stops after half an hour
  interval: 1m
  input_series: [{series: gatekeeper_audit_last_run_end_time, values: '0+60x30 1800x60'}]
  alert_rule_test:
  - {eval_time: 40m, alertname: PolicyAuditStopped}
  - eval_time: 50m
    alertname: PolicyAuditStopped
    exp_alerts: [{exp_annotations: {summary: "Gatekeeper has finished no audit for 15 minutes."}}]
`

// The alerts of the page on Gatekeeper are rules for Prometheus, and fire when the page says so.
func TestAlerts_FireWhenThePageSays(t *testing.T) {
	if os.Getenv("E2E_EXTRA") == "" {
		t.Skip("needs promtool, which takes minutes to build: run `make e2e-extra`")
	}
	page, err := os.ReadFile("../docs/gatekeeper.md")
	require.NoError(t, err)
	_, rules, found := strings.Cut(string(page), "```yaml\ngroups:\n")
	require.True(t, found)
	rules, _, _ = strings.Cut(rules, "```")
	folder := t.TempDir()
	put(t, filepath.Join(folder, "rules.yaml"), "groups:\n%s", rules)
	put(t, filepath.Join(folder, "tests.yaml"), "%s", alertTests)
	promtool := filepath.Join(dist(t), "tools", "promtool")
	build(t, "tools/promtool", promtool, "-tags", "remove_all_sd", "tool")
	for _, args := range [][]string{{"check", "rules", "--lint-fatal", "rules.yaml"}, {"test", "rules", "tests.yaml"}} {
		command := exec.CommandContext(t.Context(), promtool, args...)
		command.Dir = folder
		output, err := command.CombinedOutput()
		require.NoError(t, err, "%s", output)
	}
}
