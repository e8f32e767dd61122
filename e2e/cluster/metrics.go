package cluster

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Spent is what Gatekeeper's metrics say that requests have cost it since it was started.
type Spent struct {
	Requests float64 // that its validating webhook has answered
	Seconds  float64 // from taking each to answering it
	CPU      float64 // seconds of processor, whatever for
}

// Since is what was spent after another reading.
func (s Spent) Since(before Spent) Spent {
	return Spent{s.Requests - before.Requests, s.Seconds - before.Seconds, s.CPU - before.CPU}
}

// Spent reads what requests have cost.
func (g *Gatekeeper) Spent(t testing.TB) Spent {
	t.Helper()
	const duration = "gatekeeper_validation_request_duration_seconds"
	text := g.read(t)
	return Spent{
		Requests: sum(t, text, duration+"_count"),
		Seconds:  sum(t, text, duration+"_sum"),
		CPU:      sum(t, text, "process_cpu_seconds_total"),
	}
}

// Metric reads a metric, added up over all its labels.
func (g *Gatekeeper) Metric(t testing.TB, name string) float64 {
	t.Helper()
	return sum(t, g.read(t), name)
}

func (g *Gatekeeper) read(t testing.TB) string {
	t.Helper()
	response, err := http.Get(g.metrics)
	require.NoError(t, err)
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(text)
}

// sum adds up a metric over all its labels.
func sum(t testing.TB, text, metric string) (total float64) {
	t.Helper()
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if name, _, _ := strings.Cut(fields[0], "{"); name == metric {
			value, err := strconv.ParseFloat(fields[len(fields)-1], 64)
			require.NoError(t, err, line)
			total += value
		}
	}
	return total
}
