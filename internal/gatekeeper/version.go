package gatekeeper

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/semver"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
)

// versionAnnotation holds the version of a template, for example 0.1.0.
const versionAnnotation = "metadata.gatekeeper.sh/version"

// newest gives the version of the newest rule.
func newest(rules []catalog.Rule) string {
	return slices.MaxFunc(rules, func(a, b catalog.Rule) int { return compareVersions(a.Since, b.Since) }).Since
}

func compareVersions(a, b string) int { return semver.Compare("v"+a, "v"+b) }

// carryVersion gives a template its version: that of the same template in the project, one patch higher if the two differ in
// what they do, and never below that of its newest rule. So `generate` gives the same answer until something changes.
func carryVersion(made *Template, project fs.FS, file string) error {
	var old Template
	if err := readOld(project, file, &old); err != nil {
		return err
	}
	same, err := alike(old.Spec, made.Spec)
	if err != nil {
		return err
	}
	annotations := made.Metadata.Annotations
	annotations[versionAnnotation] = later(next(old.Metadata.Annotations[versionAnnotation], !same), annotations[versionAnnotation])
	return nil
}

// carryCatalogVersion does for the catalogue what carryVersion does for a template.
func carryCatalogVersion(made *PolicyCatalog, project fs.FS) error {
	var old PolicyCatalog
	if err := readOld(project, catalogFile, &old); err != nil {
		return err
	}
	version := old.Metadata.Version
	old.Metadata = made.Metadata
	same, err := alike(old, *made)
	if err != nil {
		return err
	}
	made.Metadata.Version = "v" + later(next(strings.TrimPrefix(version, "v"), !same), strings.TrimPrefix(made.Metadata.Version, "v"))
	return nil
}

// alike compares two objects as they are written.
func alike(a, b any) (bool, error) {
	left, err := yaml.Marshal(a)
	if err != nil {
		return false, err
	}
	right, err := yaml.Marshal(b)
	return bytes.Equal(left, right), err
}

// readOld reads a file of the project. If the file does not exist or cannot be decoded, it leaves the object as it is: then
// there is no version to go on from, and generate replaces the file.
func readOld(project fs.FS, file string, into any) error {
	if project == nil {
		return nil
	}
	text, err := fs.ReadFile(project, path.Join(Folder, file))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the previous version: %w", err)
	}
	_ = yaml.Unmarshal(text, into)
	return nil
}

// next gives the version that follows: the same, or one patch higher if something changed. It is "" if version is not semver.
func next(version string, changed bool) string {
	canonical := strings.TrimPrefix(semver.Canonical("v"+version), "v")
	if canonical == "" || !changed {
		return canonical
	}
	release, _, _ := strings.Cut(canonical, "-")
	dot := strings.LastIndex(release, ".")
	patch, err := strconv.Atoi(release[dot+1:])
	if err != nil {
		return ""
	}
	return fmt.Sprintf("%s.%d", release[:dot], patch+1)
}

// later gives the higher of two versions.
func later(a, b string) string {
	if compareVersions(a, b) > 0 {
		return a
	}
	return b
}
