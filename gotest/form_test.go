package gotest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

var everySeverity = finding.Severities()

// form is an input form. judge gives the findings in a sample, each as "severity rule".
type form struct {
	severities []finding.Severity         // that the form reports
	cannot     func(sample.Sample) string // why the form cannot express a sample, "" if it can
	judge      func(*testing.T, sample.Sample) []string
}

// forms gives the input forms. severities are those of each Constraint of a template.
func forms(t *testing.T, product *product, samples []sample.Sample, severities [][]finding.Severity) map[string]form {
	return map[string]form{
		"manifest":           manifestForm(t),
		"AdmissionReview":    admissionReviewForm(t),
		"webhook":            webhookForm(product),
		"conftest":           conftestForm(product),
		"conftest --combine": combineForm(product, samples),
		"Gatekeeper":         gatekeeperForm(t, product, gatekeeper.BySubject, severities),
	}
}

func TestInputForms_JudgeEverySampleAlike(t *testing.T) {
	t.Parallel()
	samples := readSamples(t)
	for name, form := range forms(t, newProduct(t), samples, apart) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Positive(t, form.holds(t, samples))
		})
	}
}

// holds compares the findings in each sample that the form can express with what the sample expects. It gives the number
// of these samples. Samples with the same configuration follow one another, because a cluster takes long to configure.
func (f form) holds(t *testing.T, samples []sample.Sample) int {
	t.Helper()
	expressed := 0
	byConfig := map[string][]sample.Sample{}
	for _, one := range samples {
		text, err := json.Marshal(one.Config)
		require.NoError(t, err)
		byConfig[string(text)] = append(byConfig[string(text)], one)
	}
	var ordered []sample.Sample
	for _, config := range slices.Sorted(maps.Keys(byConfig)) {
		ordered = append(ordered, byConfig[config]...)
	}
	for _, one := range ordered {
		if one.Given {
			continue
		}
		t.Run(one.File+"/"+one.Name, func(t *testing.T) {
			if why := f.cannot(one); why != "" {
				t.Log("not expressible: " + why)
				return
			}
			expressed++
			got := append([]string{}, f.judge(t, one)...)
			slices.Sort(got)
			require.Equal(t, one.Expects(f.severities...), got)
		})
	}
	return expressed
}

// likeness is the same for samples of one kind with the same findings, of which one is enough for a test about a rule.
func likeness(about string, one sample.Sample) string {
	return fmt.Sprint(about, one.Expects(everySeverity...), one.Judged()["kind"], one.IsReview())
}

func everything(sample.Sample) string { return "" }

func noReviews(one sample.Sample) string {
	if one.IsReview() {
		return "a manifest has no operation and no oldObject"
	}
	return ""
}

func manifestForm(t *testing.T) form {
	prepared := planEngines(t)
	return form{everySeverity, noReviews, func(t *testing.T, one sample.Sample) []string {
		return reported(t, prepared.of(t, one), one.Object.Value)
	}}
}

func admissionReviewForm(t *testing.T) form {
	prepared := planEngines(t)
	return form{everySeverity, everything, func(t *testing.T, one sample.Sample) []string {
		return reported(t, prepared.of(t, one), reviewOf(one))
	}}
}

// reported gives what the plan reports. TestPlan_ReportsWhatTopdownReportsAboutSamples compares it with topdown.
func reported(t *testing.T, judge *engine.Engine, input any) []string {
	t.Helper()
	verdict, err := judge.Judge(t.Context(), input)
	require.NoError(t, err)
	var all []string
	for _, one := range verdict.Findings {
		all = append(all, string(one.Severity)+" "+one.Rule)
	}
	return all
}

// webhookForm reads the answer that OPA gives the API server.
func webhookForm(product *product) form {
	return form{[]finding.Severity{finding.Deny, finding.Warn}, everything, func(t *testing.T, one sample.Sample) []string {
		review := reviewOf(one)
		answer := product.evaluate(t, "data.winpolicy.admission.response", one.Data(), review).(map[string]any)
		response := answer["response"].(map[string]any)
		require.Equal(t, review["request"].(map[string]any)["uid"], response["uid"])
		var all []string
		if status, ok := response["status"].(map[string]any); ok {
			for message := range strings.SplitSeq(status["message"].(string), "); ") {
				all = append(all, graded(t, finding.Deny, strings.TrimSuffix(message, ")")+")"))
			}
		}
		require.Equal(t, len(all) == 0, response["allowed"])
		for _, message := range response["warnings"].([]any) {
			all = append(all, graded(t, finding.Warn, message.(string)))
		}
		return all
	}}
}

func conftestForm(product *product) form {
	return form{[]finding.Severity{finding.Deny, finding.Warn}, noReviews, func(t *testing.T, one sample.Sample) []string {
		return conftestFindings(t, product, one, one.Object.Value)
	}}
}

// combineForm judges a sample together with the others of its run. The run brings the RuntimeClasses, so the configuration
// does not.
func combineForm(product *product, samples []sample.Sample) form {
	return form{[]finding.Severity{finding.Deny, finding.Warn}, noReviews, func(t *testing.T, one sample.Sample) []string {
		input := []any{map[string]any{"path": one.File, "contents": one.Object.Value}}
		for _, other := range samples {
			if other.Run == one.Run && other.Name != one.Name && mayConcern(other, one) && hasName(one) {
				input = append(input, map[string]any{"path": other.File, "contents": other.Object.Value})
			}
		}
		one.Config, one.Others = one.ConfigAlone(), nil
		return conftestFindings(t, product, one, input)
	}}
}

// mayConcern reports whether the findings in one object can depend on the other. No workload depends on another, and
// judging all of them together would take long.
func mayConcern(other, one sample.Sample) bool {
	kind, _ := other.Object.Value["kind"].(string)
	judged, _ := one.Object.Value["kind"].(string)
	return slices.Contains(clusterScoped, kind) || kind == "PersistentVolumeClaim" || !other.IsReview() && judged == "Service"
}

// hasName reports whether a sample is an object of the API. A program's configuration file has no name, so a result does
// not say which of several files it is about: each is judged on its own.
func hasName(one sample.Sample) bool { return one.Judged()["metadata"] != nil }

// means reports whether a result's Kind/namespace/name is that of a sample.
func means(object string, one sample.Sample) bool {
	kind := one.Object.Value["kind"].(string)
	if !hasName(one) {
		return object == kind
	}
	return strings.HasPrefix(object, kind+"/") && strings.HasSuffix(object, "/"+one.Name)
}

// conftestFindings evaluates deny and warn, which conftest queries. One query for both takes half the time. If there are
// several objects, only the sample's own results count. Their details name its file. Those of every result name its object.
func conftestFindings(t *testing.T, product *product, one sample.Sample, input any) []string {
	results := product.evaluate(t, `{"deny": data.main.deny, "warn": data.main.warn}`, one.Data(), input).(map[string]any)
	var all []string
	for _, severity := range []finding.Severity{finding.Deny, finding.Warn} {
		for _, item := range results[string(severity)].([]any) {
			result := item.(map[string]any)
			details := result["details"].(map[string]any)
			if object, ok := details["object"].(string); ok {
				require.True(t, strings.HasPrefix(result["msg"].(string), object+": "), result["msg"])
				if file, several := details["file"]; several && file != one.File || !means(object, one) {
					continue
				}
			}
			require.Equal(t, string(severity), details["severity"])
			all = append(all, graded(t, severity, result["msg"].(string)))
		}
	}
	return all
}
