package finding_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
)

func TestParseSeverity_TakesTheThreeNames(t *testing.T) {
	for _, severity := range finding.Severities() {
		parsed, err := finding.ParseSeverity(string(severity))
		require.NoError(t, err)
		require.Equal(t, severity, parsed)
	}
	for _, name := range []string{"", "Deny", "error", "unverified"} {
		_, err := finding.ParseSeverity(name)
		require.ErrorContains(t, err, "write deny, warn, note", name)
	}
}

func TestSeverity_ComparePutsTheGravestFirst(t *testing.T) {
	all := []finding.Severity{finding.Note, finding.Deny, finding.Warn}
	slices.SortFunc(all, finding.Severity.Compare)
	require.Equal(t, finding.Severities(), all)
}
