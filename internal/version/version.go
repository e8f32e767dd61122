// Package version says what a winpolicy program was built from.
package version

import (
	"cmp"
	"fmt"
	"runtime/debug"

	opa "github.com/open-policy-agent/opa/v1/version"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
)

// The linker sets both in releases: see `make dist`.
var (
	docs    string // the address of the documentation, without a slash at its end; "" if it has none
	release string // the version; "" if Go derives it from the commit
)

// Help returns the address of the page of a rule, or "".
func Help(rule string) string {
	if docs == "" {
		return ""
	}
	return docs + "/rules/" + rule
}

// Program returns the version of this program.
func Program() string {
	if info, ok := debug.ReadBuildInfo(); ok && release == "" {
		return info.Main.Version
	}
	return cmp.Or(release, "unknown")
}

// Version describes one program.
type Version struct {
	Version   string `json:"version"`   // of winpolicy: a release such as v0.1.0, or the pseudo-version of a commit
	Commit    string `json:"commit"`    // "" for a program that was built outside a repository
	Modified  bool   `json:"modified"`  // whether the source differed from the commit
	Go        string `json:"go"`        // go1.26.8
	OPA       string `json:"opa"`       // 1.22.4
	RulesData string `json:"rulesData"` // the day of the newest data on images and platforms, 2026-08-31
}

// Read gives the version of this program, which embeds the modules. It returns an error if the data has no day.
func Read(modules []rego.Module) (Version, error) {
	day, err := catalog.DataDay(modules)
	if err != nil {
		return Version{}, err
	}
	version := Version{Version: Program(), OPA: opa.Version, RulesData: day}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return version, nil
	}
	version.Go = info.GoVersion
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			version.Commit = setting.Value
		case "vcs.modified":
			version.Modified = setting.Value == "true"
		}
	}
	return version, nil
}

// String is the version as lines of text.
func (v Version) String() string {
	commit := v.Commit
	switch {
	case commit == "":
		commit = "unknown"
	case v.Modified:
		commit += " (modified)"
	}
	return fmt.Sprintf("winpolicy:  %s\ncommit:     %s\ngo:         %s\nopa:        %s\nrules data: %s\n", v.Version, commit, v.Go, v.OPA, v.RulesData)
}
