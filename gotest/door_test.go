package gotest

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

var everySeverity = finding.Severities()

// door is a way in which an object reaches the rules. judge gives what they say, as "severity rule".
type door struct {
	severities []finding.Severity         // that the door passes on
	cannot     func(sample.Sample) string // why the door cannot express a sample, "" where it can
	judge      func(*testing.T, sample.Sample) []string
}

func doors(t *testing.T, product *product, samples []sample.Sample) map[string]door {
	return map[string]door{
		"manifest":           manifestDoor(product),
		"AdmissionReview":    admissionReviewDoor(product),
		"webhook":            webhookDoor(product),
		"conftest":           conftestDoor(product),
		"conftest --combine": combineDoor(product, samples),
		"Gatekeeper":         gatekeeperDoor(t, product, gatekeeper.ByCategory),
	}
}

func TestEverySampleIsJudgedAlikeThroughEveryDoor(t *testing.T) {
	samples := readSamples(t)
	for name, door := range doors(t, newProduct(t), samples) {
		t.Run(name, func(t *testing.T) {
			require.Positive(t, door.holds(t, samples))
		})
	}
}

// holds judges every sample that the door can express by what it expects, and counts them.
func (d door) holds(t *testing.T, samples []sample.Sample) int {
	expressed := 0
	for _, one := range samples {
		if one.Given {
			continue
		}
		t.Run(one.File+"/"+one.Name, func(t *testing.T) {
			if why := d.cannot(one); why != "" {
				t.Log("not expressible: " + why)
				return
			}
			expressed++
			got := append([]string{}, d.judge(t, one)...)
			slices.Sort(got)
			require.Equal(t, one.Expects(d.severities...), got)
		})
	}
	return expressed
}

func everything(sample.Sample) string { return "" }

func noReviews(one sample.Sample) string {
	if one.IsReview() {
		return "a manifest has no operation and no oldObject"
	}
	return ""
}

func manifestDoor(product *product) door {
	return door{everySeverity, noReviews, func(t *testing.T, one sample.Sample) []string {
		return reported(t, product, one, one.Object.Value)
	}}
}

func admissionReviewDoor(product *product) door {
	return door{everySeverity, everything, func(t *testing.T, one sample.Sample) []string {
		return reported(t, product, one, reviewOf(one))
	}}
}

func reported(t *testing.T, product *product, one sample.Sample, input any) []string {
	report := product.evaluate(t, "data.winpolicy.report", one.Data(), input).(map[string]any)
	var all []string
	for _, item := range report["findings"].([]any) {
		details := item.(map[string]any)["details"].(map[string]any)
		all = append(all, details["severity"].(string)+" "+details["rule"].(string))
	}
	return all
}

// webhookDoor reads the answer that an OPA gives the API server.
func webhookDoor(product *product) door {
	return door{[]finding.Severity{finding.Deny, finding.Warn}, everything, func(t *testing.T, one sample.Sample) []string {
		review := reviewOf(one)
		answer := product.evaluate(t, "data.winpolicy.admission.response", one.Data(), review).(map[string]any)
		response := answer["response"].(map[string]any)
		require.Equal(t, review["request"].(map[string]any)["uid"], response["uid"])
		var all []string
		if status, ok := response["status"].(map[string]any); ok {
			for message := range strings.SplitSeq(status["message"].(string), "); ") {
				all = append(all, said(t, finding.Deny, strings.TrimSuffix(message, ")")+")"))
			}
		}
		require.Equal(t, len(all) == 0, response["allowed"])
		for _, message := range response["warnings"].([]any) {
			all = append(all, said(t, finding.Warn, message.(string)))
		}
		return all
	}}
}

func conftestDoor(product *product) door {
	return door{[]finding.Severity{finding.Deny, finding.Warn}, noReviews, func(t *testing.T, one sample.Sample) []string {
		return mainSays(t, product, one, one.Object.Value)
	}}
}

// combineDoor judges a sample beside the others of its run, whose RuntimeClasses no configuration has to bring then.
func combineDoor(product *product, samples []sample.Sample) door {
	return door{[]finding.Severity{finding.Deny, finding.Warn}, noReviews, func(t *testing.T, one sample.Sample) []string {
		input := []any{map[string]any{"path": one.File, "contents": one.Object.Value}}
		for _, other := range samples {
			if other.Run == one.Run && other.Name != one.Name && mayConcern(other, one) && hasName(one) {
				input = append(input, map[string]any{"path": other.File, "contents": other.Object.Value})
			}
		}
		one.Config, one.Others = one.ConfigAlone(), nil
		return mainSays(t, product, one, input)
	}}
}

// mayConcern leaves out workloads where a workload is judged, for a run of all with all would take long: none of them
// looks at another.
func mayConcern(other, one sample.Sample) bool {
	kind, _ := other.Object.Value["kind"].(string)
	judged, _ := one.Object.Value["kind"].(string)
	return slices.Contains(clusterScoped, kind) || !other.IsReview() && judged == "Service"
}

// hasName tells an object of the API from a document that is a program's configuration: of several such documents no
// result says which it means, so each is judged alone.
func hasName(one sample.Sample) bool { return one.Judged()["metadata"] != nil }

// means tells whether a result's Kind/namespace/name is that of a sample.
func means(object string, one sample.Sample) bool {
	kind := one.Object.Value["kind"].(string)
	if !hasName(one) {
		return object == kind
	}
	return strings.HasPrefix(object, kind+"/") && strings.HasSuffix(object, "/"+one.Name)
}

// mainSays evaluates deny and warn as conftest does. Where several objects are judged the sample's own results count,
// known by the file and the object that the details name.
func mainSays(t *testing.T, product *product, one sample.Sample, input any) []string {
	var all []string
	for _, severity := range []finding.Severity{finding.Deny, finding.Warn} {
		for _, item := range product.evaluate(t, "data.main."+string(severity), one.Data(), input).([]any) {
			result := item.(map[string]any)
			details := result["details"].(map[string]any)
			if object, ok := details["object"].(string); ok {
				require.True(t, strings.HasPrefix(result["msg"].(string), object+": "), result["msg"])
				if details["file"] != one.File || !means(object, one) {
					continue
				}
			}
			require.Equal(t, string(severity), details["severity"])
			all = append(all, said(t, severity, result["msg"].(string)))
		}
	}
	return all
}
