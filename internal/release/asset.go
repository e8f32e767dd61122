package release

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"time"
)

// manifests are the files for kubectl apply, each with the folder whose YAML files it joins.
var manifests = map[string]string{
	"constrainttemplates.yaml":     "constrainttemplates",
	"constraints.yaml":             "constrainttemplates/constraints",
	"referential.yaml":             "constrainttemplates/referential",
	"referential-constraints.yaml": "constrainttemplates/referential/constraints",
}

// admission is the folder with policies for clusters without Gatekeeper. Operators choose among its files, so each is a file of
// the release.
const admission = "deploy/admission"

// assets are the files of a release that hold no program, by name.
func assets(ctx context.Context, options Options, at time.Time) (map[string][]byte, error) {
	content := map[string][]byte{}
	for name, folder := range manifests {
		text, err := joined(filepath.Join(options.Root, filepath.FromSlash(folder)))
		if err != nil {
			return nil, err
		}
		content[name] = text
	}
	policies, err := yamlFiles(filepath.Join(options.Root, filepath.FromSlash(admission)))
	if err != nil {
		return nil, err
	}
	for _, name := range policies {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		content["admission-"+filepath.Base(name)] = text
	}
	suites, err := suites(ctx, options)
	if err != nil {
		return nil, err
	}
	content["suites.tar.gz"], err = tarball(suites, at)
	return content, err
}

// yamlFiles lists the YAML files of a folder, sorted. It is an error if there is none.
func yamlFiles(folder string) ([]string, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.yaml"))
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%s has no YAML file; run `make generate`", folder)
	}
	return names, err
}

// joined gives the YAML files of a folder as one, without those of folders below. A file for kustomize is not one of them.
func joined(folder string) ([]byte, error) {
	var all []byte
	names, err := yamlFiles(folder)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if filepath.Base(name) == "kustomization.yaml" {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		if len(all) > 0 {
			all = append(all, "---\n"...)
		}
		all = append(all, bytes.TrimPrefix(text, []byte("---\n"))...)
		if !bytes.HasSuffix(all, []byte("\n")) {
			all = append(all, '\n')
		}
	}
	return all, nil
}

// suites are the files that winpolicy writes for gator verify.
func suites(ctx context.Context, options Options) (all []entry, err error) {
	folder, err := os.MkdirTemp("", "winpolicy-suites-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if err := command(ctx, options.Root, nil, options.Program, "generate", "--suites", folder); err != nil {
		return nil, err
	}
	return tree(os.DirFS(folder))
}

// tree gives the files of a tree, without hidden ones.
func tree(root fs.FS) ([]entry, error) {
	var all []entry
	err := fs.WalkDir(root, ".", func(name string, file fs.DirEntry, err error) error {
		if err != nil || file.IsDir() || path.Base(name)[0] == '.' {
			return err
		}
		body, err := fs.ReadFile(root, name)
		all = append(all, entry{name, 0o644, body})
		return err
	})
	return all, err
}

// companions are the files that every archive holds beside its program.
func companions(ctx context.Context, options Options) ([]entry, error) {
	var all []entry
	for _, name := range []string{"CHANGELOG.md", "LICENSE", "README.md"} {
		body, err := os.ReadFile(filepath.Join(options.Root, name))
		if err != nil {
			return nil, err
		}
		all = append(all, entry{name, 0o644, body})
	}
	for shell, extension := range map[string]string{"bash": "bash", "zsh": "zsh", "fish": "fish", "powershell": "ps1"} {
		script, err := output(ctx, options.Root, options.Program, "completion", shell)
		if err != nil || script == "" {
			return nil, errors.Join(fmt.Errorf("make the completion for %s", shell), err)
		}
		all = append(all, entry{"completions/winpolicy." + extension, 0o644, []byte(script + "\n")})
	}
	return all, nil
}
