package release

import (
	"bytes"
	"crypto/sha256"
	"debug/elf"
	"debug/macho"
	"debug/pe"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestArchive_HoldsTheProgramAndItsPapers(t *testing.T) {
	for _, platform := range platforms() {
		_, members := archive(t, platform)
		name := "winpolicy"
		if strings.HasPrefix(platform, "windows/") {
			name += ".exe"
		}
		require.ElementsMatch(t, []string{
			name, "LICENSE", "THIRD_PARTY_LICENSES", "README.md", "CHANGELOG.md",
			"completions/winpolicy.bash", "completions/winpolicy.fish", "completions/winpolicy.ps1", "completions/winpolicy.zsh",
		}, slices.Collect(maps.Keys(members)), platform)
		for file, one := range members {
			mode := os.FileMode(0o644)
			if file == name {
				mode = 0o755
			}
			require.Equal(t, mode, one.mode, "%s: %s", platform, file)
			require.Equal(t, "0:0", one.owner, "%s: %s", platform, file)
			require.Equal(t, members["LICENSE"].time, one.time, "%s: %s", platform, file)
			require.NotEmpty(t, one.body, "%s: %s", platform, file)
		}
		license, err := os.ReadFile(filepath.Join(root, "LICENSE"))
		require.NoError(t, err)
		require.Equal(t, string(license), string(members["LICENSE"].body))
		require.Contains(t, string(members["THIRD_PARTY_LICENSES"].body), "github.com/open-policy-agent/opa v1.")
		require.Contains(t, string(members["completions/winpolicy.bash"].body), "__start_winpolicy")
	}
}

func TestArchive_ProgramIsForItsPlatform(t *testing.T) {
	for _, platform := range platforms() {
		text := bytes.NewReader(program(t, platform))
		system, arch, _ := strings.Cut(platform, "/")
		switch system {
		case "linux":
			file, err := elf.NewFile(text)
			require.NoError(t, err, platform)
			require.Equal(t, map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}[arch], file.Machine)
			require.False(t, slices.ContainsFunc(file.Progs, func(p *elf.Prog) bool { return p.Type == elf.PT_INTERP }), "%s: needs libraries of the system", platform)
		case "darwin":
			file, err := macho.NewFile(text)
			require.NoError(t, err, platform)
			require.Equal(t, map[string]macho.Cpu{"amd64": macho.CpuAmd64, "arm64": macho.CpuArm64}[arch], file.Cpu)
		case "windows":
			file, err := pe.NewFile(text)
			require.NoError(t, err, platform)
			require.Equal(t, map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_AMD64, "arm64": pe.IMAGE_FILE_MACHINE_ARM64}[arch], file.Machine)
			header, ok := file.OptionalHeader.(*pe.OptionalHeader64)
			require.True(t, ok, "%s: no header of a program", platform)
			require.EqualValues(t, pe.IMAGE_SUBSYSTEM_WINDOWS_CUI, header.Subsystem)
			require.NotZero(t, header.AddressOfEntryPoint)
		}
	}
}

func TestChecksums_AreThoseOfAllFiles(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(made(t), "checksums.txt"))
	require.NoError(t, err)
	listed := map[string]string{}
	for line := range strings.Lines(string(text)) {
		sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
		listed[name] = sum
	}
	require.Equal(t, sums(t, made(t)), listed)
}

// sums gives the SHA-256 of each file of a release, except of its own list.
func sums(t *testing.T, folder string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	all := map[string]string{}
	for _, entry := range entries {
		if name := entry.Name(); name != "checksums.txt" && !strings.HasPrefix(name, ".") {
			text, err := os.ReadFile(filepath.Join(folder, name))
			require.NoError(t, err)
			sum := sha256.Sum256(text)
			all[name] = hex.EncodeToString(sum[:])
		}
	}
	return all
}
