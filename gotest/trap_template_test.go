package gotest

import (
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	v1 "github.com/open-policy-agent/frameworks/constraint/pkg/apis/templates/v1"
	driver "github.com/open-policy-agent/frameworks/constraint/pkg/client/drivers/rego"
	"github.com/open-policy-agent/gatekeeper/v3/pkg/cachemanager/parser"
	"github.com/open-policy-agent/opa/v1/ast"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"

	"winpolicy/internal/gatekeeper"
	compile "winpolicy/internal/gatekeeper/driver"
	"winpolicy/internal/gatekeeper/tree"
	"winpolicy/internal/rego"
)

// onlyKnownKeys reads the template strictly, as neither Gatekeeper nor gator does.
func onlyKnownKeys(_ *testing.T, all artefacts) error {
	return eachTemplate(all, func(_ string, template *v1.ConstraintTemplate) error {
		if _, err := sourceOf(template); err != nil {
			return err
		}
		read, err := template.ToVersionless()
		if err != nil {
			return err
		}
		_, err = parser.ReadSyncRequirements(read)
		return err
	})
}

// oneSource compares the code of a template with the form that every template has.
func oneSource(_ *testing.T, all artefacts) error {
	return eachTemplate(all, func(_ string, template *v1.ConstraintTemplate) error {
		source, err := sourceOf(template)
		if err != nil {
			return err
		}
		text, err := json.Marshal(template.Spec.Targets)
		if err != nil {
			return err
		}
		want, err := json.Marshal([]any{map[string]any{
			"target": "admission.k8s.gatekeeper.sh", "code": []any{map[string]any{"engine": "Rego", "source": source}},
		}})
		if err != nil {
			return err
		}
		if !sameJSON(text, want) || source.Version != "v1" {
			return errors.New("a template has one target, one engine, and only Rego of version v1")
		}
		return nil
	})
}

func sameJSON(a, b []byte) bool {
	var left, right any
	return json.Unmarshal(a, &left) == nil && json.Unmarshal(b, &right) == nil && reflect.DeepEqual(left, right)
}

// names asks that a file, its template and the template's kind have one name, and that Kubernetes takes each name.
func names(_ *testing.T, all artefacts) error {
	const name = 63
	problem := eachTemplate(all, func(file string, template *v1.ConstraintTemplate) error {
		kind := template.Spec.CRD.Spec.Names.Kind
		if template.Name != strings.ToLower(kind) || len(kind) > name || path.Base(file) != template.Name+".yaml" {
			return fmt.Errorf("%s does not name the kind %s", template.Name, kind)
		}
		return nil
	})
	return errors.Join(problem, eachConstraint(all, func(_ string, constraint *gatekeeper.Constraint) error {
		if len(constraint.Metadata.Name) > name {
			return fmt.Errorf("%s is too long", constraint.Metadata.Name)
		}
		return nil
	}))
}

// boolean matches text that YAML 1.1, and so gator, reads as true or false.
var boolean = regexp.MustCompile(`(?i)^(y|n|yes|no|on|off|true|false)$`)

func schemas(_ *testing.T, all artefacts) error {
	return eachTemplate(all, func(_ string, template *v1.ConstraintTemplate) error {
		read, err := template.ToVersionless()
		if err != nil {
			return err
		}
		return described("parameters", *read.Spec.CRD.Spec.Validation.OpenAPIV3Schema)
	})
}

// shared matches the properties that every rule has. The description of `rules` describes them.
var shared = regexp.MustCompile(`/rules/[^/]+/(enabled|severity)$`)

// described checks the schemas of named properties. The values of a map belong to Kubernetes.
func described(name string, schema apiextensions.JSONSchemaProps) error {
	if schema.Description == "" && !shared.MatchString(name) || schema.Default != nil || boolean.MatchString(path.Base(name)) {
		return fmt.Errorf("%s: a parameter needs a description, no default, and a name that is not a boolean", name)
	}
	properties := schema.Properties
	if schema.Items != nil {
		properties = schema.Items.Schema.Properties
	}
	for key, property := range properties {
		if err := described(name+"/"+key, property); err != nil {
			return err
		}
	}
	return nil
}

// structural runs the API server's own validation of CRDs. Gatekeeper runs it after the template was applied.
func structural(t *testing.T, all artefacts) error {
	client := newClient(t)
	return eachTemplate(all, func(_ string, template *v1.ConstraintTemplate) error {
		read, err := template.ToVersionless()
		if err != nil {
			return err
		}
		_, err = client.CreateCRD(t.Context(), read)
		return err
	})
}

// compiles asks Gatekeeper's driver, and holds the compile step of `generate` to its answer. Only the templates of the folder
// for them get the inventory, and http.send is switched off.
func compiles(t *testing.T, all artefacts) error {
	without, client := newClient(t, driver.Externs()), newClient(t, driver.Externs("inventory"))
	return eachTemplate(all, func(file string, template *v1.ConstraintTemplate) error {
		read, err := template.ToVersionless()
		if err != nil {
			return err
		}
		inventory := path.Dir(file) == "referential"
		if inventory {
			_, err = client.AddTemplate(t.Context(), read)
		} else {
			_, err = without.AddTemplate(t.Context(), read)
		}
		ours := compiledTemplate(template, inventory)
		if (err == nil) != (ours == nil) {
			return fmt.Errorf("Gatekeeper says %w, and generate says %w", err, ours)
		}
		return err
	})
}

// compiledTemplate compiles a template's text as `generate` compiles the template before it writes it.
func compiledTemplate(template *v1.ConstraintTemplate, inventory bool) error {
	source, err := sourceOf(template)
	if err != nil {
		return err
	}
	capabilities, err := tree.Capabilities()
	if err != nil {
		return err
	}
	var parsed []*ast.Module
	for _, text := range append([]string{source.Rego}, source.Libs...) {
		module, err := ast.ParseModuleWithOpts(template.Name, text, ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities})
		if err != nil {
			return err
		}
		parsed = append(parsed, module)
	}
	return compile.Compile(compile.Template{Entry: parsed[0], Libraries: parsed[1:], Inventory: inventory}, capabilities)
}

// reached checks that every library is imported, because Gatekeeper rewrites only imports, and that no library is there twice.
func reached(_ *testing.T, all artefacts) error {
	return eachTemplate(all, func(_ string, template *v1.ConstraintTemplate) error {
		source, err := sourceOf(template)
		if err != nil {
			return err
		}
		imported := map[string]bool{}
		var held []string
		for _, text := range append([]string{source.Rego}, source.Libs...) {
			parsed, err := ast.ParseModuleWithOpts(template.Name, text, ast.ParserOptions{RegoVersion: ast.RegoV1})
			if err != nil {
				return err
			}
			module := rego.Module{Path: template.Name, Parsed: parsed}
			if err := errors.Join(module.Strays()...); err != nil {
				return err
			}
			for _, name := range module.Imports() {
				imported[name] = true
			}
			held = append(held, module.Package())
		}
		slices.Sort(held)
		if !reflect.DeepEqual(held, slices.Compact(slices.Clone(held))) {
			return errors.New("a library is there twice")
		}
		for _, name := range held {
			// The gatherer imports the rules as one.
			if name != template.Name && !imported[name] && !strings.HasPrefix(name, "lib.windows.rules.") {
				return fmt.Errorf("nothing imports %s", name)
			}
		}
		return nil
	})
}
