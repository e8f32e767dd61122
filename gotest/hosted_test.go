package gotest

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// workflows gives the text of each workflow by its path.
func workflows(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../.github/workflows/*.yml")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	all := map[string]string{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		all[path] = string(text)
	}
	return all
}

// An action is named by the commit that somebody saw on a day, or it is in the list of those that are to be pinned.
func TestWorkflows_ActionsArePinnedOrListed(t *testing.T) {
	page, err := os.ReadFile("../docs/decisions/actions-by-tag.md")
	require.NoError(t, err)
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `(\\S+)` \\| (v\\d+) \\|$").FindAllStringSubmatch(string(page), -1) {
		listed[row[1]+"@"+row[2]] = false
	}
	pinned := regexp.MustCompile(`^\S+@[0-9a-f]{40} # v\S+, \d{4}-\d{2}-\d{2}$`)
	for path, text := range workflows(t) {
		for _, use := range regexp.MustCompile(`(?m)uses: (.+)$`).FindAllStringSubmatch(text, -1) {
			if !pinned.MatchString(use[1]) {
				require.Contains(t, listed, use[1], "%s: pin the action, or list it in docs/decisions/actions-by-tag.md", path)
				listed[use[1]] = true
			}
		}
	}
	for action, used := range listed {
		require.True(t, used, "docs/decisions/actions-by-tag.md lists %s, which no workflow uses by this tag", action)
	}
}

func TestWorkflows_MayOnlyReadUnlessAJobSaysMore(t *testing.T) {
	for path, text := range workflows(t) {
		var workflow struct {
			Permissions map[string]string `json:"permissions"`
			Jobs        map[string]struct {
				Permissions map[string]string `json:"permissions"`
				Steps       []struct {
					Run  string         `json:"run"`
					Uses string         `json:"uses"`
					With map[string]any `json:"with"`
				} `json:"steps"`
			} `json:"jobs"`
		}
		require.NoError(t, yaml.Unmarshal([]byte(text), &workflow), path)
		require.Equal(t, map[string]string{"contents": "read"}, workflow.Permissions, path)
		require.NotEmpty(t, workflow.Jobs, path)
		for name, job := range workflow.Jobs {
			for _, step := range job.Steps {
				if strings.HasPrefix(step.Uses, "actions/checkout@") {
					require.Equal(t, false, step.With["persist-credentials"], "%s: %s: later steps can read the token", path, name)
					require.Nil(t, job.Permissions, "%s: %s: a job with the repository's code has more rights", path, name)
				}
			}
		}
	}
}

// These modules stay at their version on purpose.
var unmoved = []string{"/e2e/oracle", "/e2e/tools/gator-*", "/e2e/tools/opa-1.0", "/e2e/tools/opa-oldest"}

func TestDependabot_UpdatesEveryModule(t *testing.T) {
	text, err := os.ReadFile("../.github/dependabot.yml")
	require.NoError(t, err)
	var document struct {
		Updates []struct {
			Ecosystem   string   `json:"package-ecosystem"`
			Directories []string `json:"directories"`
		} `json:"updates"`
	}
	require.NoError(t, yaml.Unmarshal(text, &document))
	require.Equal(t, "gomod", document.Updates[0].Ecosystem)
	var modules []string
	require.NoError(t, fs.WalkDir(os.DirFS(".."), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && (name == "dist" || name == ".git") {
			return fs.SkipDir
		}
		folder := path.Join("/", path.Dir(name))
		moved := !slices.ContainsFunc(unmoved, func(pattern string) bool { matched, _ := path.Match(pattern, folder); return matched })
		if path.Base(name) == "go.mod" && moved {
			modules = append(modules, folder)
		}
		return err
	}))
	require.ElementsMatch(t, modules, document.Updates[0].Directories)
}

// GitHub shows nothing for a form that it cannot read.
func TestIssueForms_AreWhatGitHubReads(t *testing.T) {
	paths, err := filepath.Glob("../.github/ISSUE_TEMPLATE/*.yml")
	require.NoError(t, err)
	require.Len(t, paths, 4)
	for _, path := range paths {
		if filepath.Base(path) == "config.yml" {
			continue
		}
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		var form struct {
			Name        string   `json:"name"`
			Description string   `json:"description"`
			Labels      []string `json:"labels"`
			Body        []struct {
				Type       string `json:"type"`
				ID         string `json:"id"`
				Attributes struct {
					Label       string `json:"label"`
					Description string `json:"description"`
					Render      string `json:"render"`
				} `json:"attributes"`
				Validations struct {
					Required bool `json:"required"`
				} `json:"validations"`
			} `json:"body"`
		}
		require.NoError(t, yaml.UnmarshalStrict(text, &form), path)
		require.NotEmpty(t, form.Name, path)
		require.NotEmpty(t, form.Description, path)
		seen := map[string]bool{}
		for _, field := range form.Body {
			require.Contains(t, []string{"input", "textarea"}, field.Type, path)
			require.NotEmpty(t, field.Attributes.Label, path)
			require.True(t, field.ID != "" && !seen[field.ID], "%s: id %q", path, field.ID)
			require.False(t, field.Type == "input" && field.Attributes.Render != "", "%s: %s: only a textarea has render", path, field.ID)
			seen[field.ID] = true
		}
		require.NotEmpty(t, seen, path)
	}
}
