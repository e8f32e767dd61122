package release

import (
	"fmt"
	"regexp"
	"time"

	"golang.org/x/mod/semver"
)

// Options say what to release.
type Options struct {
	Root      string     // the checkout
	Out       string     // the folder that the release replaces
	Program   string     // a winpolicy of this machine, built from the checkout
	Platforms []Platform // what to build for; an image holds only those with linux
	Version   string     // "" means the version of the commit, as Go derives it from git tags
	Docs      string     // address of the documentation without a slash at its end, or ""
	Epoch     time.Time  // the time of every file; zero means the time of the commit
}

// validate rejects values that are no part of a file name or of an argument of the linker.
func (o Options) validate() error {
	if o.Version != "" && !semver.IsValid(o.Version) {
		return fmt.Errorf("version %q: write one like v1.2.3", o.Version)
	}
	if o.Docs != "" && !address.MatchString(o.Docs) {
		return fmt.Errorf("docs %q: write an address like https://example.org/docs, without a slash at its end", o.Docs)
	}
	if !o.Epoch.IsZero() && o.Epoch.UTC().Year() < 1980 {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %s is before 1980, and a zip holds no such time", o.Epoch.UTC().Format(time.DateOnly))
	}
	return nil
}

var address = regexp.MustCompile(`^https?://[^\s'"]*[^\s'"/]$`)
