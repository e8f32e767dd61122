package fleet

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// metrics counts the agents of a fleet when Prometheus asks.
type metrics struct {
	fleet  *Fleet
	served func() string
}

var agents = prometheus.NewDesc("winpolicy_fleet_agents",
	"Agents that have reported to this server, by the revision that they run (current, other, none) and by their state (active, failing, silent).",
	[]string{"revision", "state"}, nil)

// Metrics returns what Prometheus reads. served gives the revision that the server serves. There are never more than nine
// series, however many agents there are and whatever they say.
func (f *Fleet) Metrics(served func() string) prometheus.Collector { return metrics{f, served} }

// Describe tells Prometheus what Collect sends.
func (m metrics) Describe(to chan<- *prometheus.Desc) { to <- agents }

// Collect sends the number of agents for each revision and state.
func (m metrics) Collect(to chan<- prometheus.Metric) {
	now, served := time.Now(), m.served()
	counts := map[[2]string]int{}
	for _, agent := range m.fleet.list() {
		counts[[2]string{relation(agent.runs(served), served), string(agent.state(now))}]++
	}
	for _, revision := range []string{"current", "other", "none"} {
		for _, state := range []State{Active, Failing, Silent} {
			number := counts[[2]string{revision, string(state)}]
			to <- prometheus.MustNewConstMetric(agents, prometheus.GaugeValue, float64(number), revision, string(state))
		}
	}
}

func relation(runs, served string) string {
	switch runs {
	case "":
		return "none"
	case served:
		return "current"
	}
	return "other"
}
