package release

import (
	"strings"
	"time"
)

// description is what the files of a release say about it.
type description struct {
	version string    // v0.1.0
	commit  string    // "" outside a repository
	docs    string    // address of the documentation, or ""
	time    time.Time // in UTC
}

// prefix is how the names of files begin that hold a program.
func (d description) prefix() string { return "winpolicy_" + strings.TrimPrefix(d.version, "v") + "_" }

// describe takes what the options leave open from a program of the release. Outside a repository it knows neither a version nor
// a time, and takes v0.0.0 and the first day that a zip can hold.
func describe(options Options, built build) description {
	described := description{version: options.Version, docs: options.Docs, commit: built.setting("vcs.revision"), time: options.Epoch.UTC()}
	if described.version == "" {
		described.version = built.info.Main.Version
	}
	if described.version == "" || described.version == "(devel)" {
		described.version = "v0.0.0"
	}
	if options.Epoch.IsZero() {
		committed, err := time.Parse(time.RFC3339, built.setting("vcs.time"))
		if err != nil {
			committed = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		described.time = committed
	}
	return described
}
