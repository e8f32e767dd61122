package version

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProgram_IsTheVersionOfTheRelease(t *testing.T) {
	require.NotEqual(t, "v1.2.3", Program())
	release = "v1.2.3"
	t.Cleanup(func() { release = "" })
	require.Equal(t, "v1.2.3", Program())
}

func TestHelp_IsAPageOnlyIfTheDocumentationHasAnAddress(t *testing.T) {
	require.Empty(t, Help("host-network"))
	docs = "https://docs.example"
	t.Cleanup(func() { docs = "" })
	require.Equal(t, "https://docs.example/rules/host-network", Help("host-network"))
}
