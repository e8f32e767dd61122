package gotest

import (
	"fmt"
	"testing"

	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/stretchr/testify/require"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/klog/v2"
)

// The API's own ToleratesTaint decides what lib.windows.tolerations must say, for every combination of these values.
func TestTolerations_AgreeWithTheAPI(t *testing.T) {
	product := newProduct(t)
	query, err := opa.New(
		opa.Query(`data.lib.windows.tolerations.tolerates(input.toleration, input.taint)`), opa.Compiler(product.compiler),
	).PrepareForEval(t.Context())
	require.NoError(t, err)
	values := []string{"", "windows", "0", "7", "-7", "07", "+7", "-0", "9223372036854775807", "9223372036854775808"}
	tolerated := 0
	for _, key := range []string{"", "os", "OS"} {
		for _, operator := range []corev1.TolerationOperator{"", "Equal", "Exists", "exists", "Lt", "Gt"} {
			for _, effect := range []corev1.TaintEffect{"", "NoSchedule", "NoExecute"} {
				for _, value := range values {
					for _, tainted := range values {
						toleration := corev1.Toleration{Key: key, Operator: operator, Effect: effect, Value: value}
						taint := corev1.Taint{Key: "os", Value: tainted, Effect: "NoSchedule"}
						want := toleration.ToleratesTaint(klog.Logger{}, &taint, true)
						results, err := query.Eval(t.Context(), opa.EvalInput(map[string]any{"toleration": toleration, "taint": taint}))
						require.NoError(t, err)
						require.Equal(t, want, results.Allowed(), fmt.Sprintf("%+v %+v", toleration, taint))
						if want {
							tolerated++
						}
					}
				}
			}
		}
	}
	require.Positive(t, tolerated)
}
