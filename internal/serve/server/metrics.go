package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are what Prometheus reads.
type Metrics struct {
	registry *prometheus.Registry
	waiting  prometheus.Gauge
	answers  map[int]prometheus.Counter
	failing  *prometheus.GaugeVec
	failures *prometheus.CounterVec
	updated  *prometheus.GaugeVec
	bundle   *prometheus.GaugeVec
	revision string // that bundle has now
}

// NewMetrics gives metrics in a registry of their own.
func NewMetrics() *Metrics {
	metrics := &Metrics{
		registry: prometheus.NewRegistry(),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "winpolicy_agents_waiting", Help: "Long polls that are held.",
		}),
		answers: map[int]prometheus.Counter{},
		failing: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "winpolicy_update_failing", Help: "1 while the last change of a source could not be taken, and what was before is in use.",
		}, []string{"source"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "winpolicy_update_failures_total", Help: "Changes of a source that could not be taken.",
		}, []string{"source"}),
		updated: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "winpolicy_update_timestamp_seconds", Help: "When the source in use was taken.",
		}, []string{"source"}),
		bundle: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "winpolicy_bundle_info", Help: "The revision that is served.",
		}, []string{"revision"}),
	}
	answers := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "winpolicy_responses_total", Help: "Answers to requests for bundles, and errors, by status.",
	}, []string{"code"})
	for _, code := range []int{200, 304, 401, 404, 405, 413, 429, 503, 505} {
		metrics.answers[code] = answers.WithLabelValues(strconv.Itoa(code))
	}
	metrics.registry.MustRegister(metrics.waiting, answers, metrics.failing, metrics.failures, metrics.updated, metrics.bundle,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return metrics
}

// Handler answers with the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, DisableCompression: true})
}

// Took notes that a source (bundle, certificate, tokens) is in use as it stands now.
func (m *Metrics) Took(source string, now time.Time) {
	m.failing.WithLabelValues(source).Set(0)
	m.updated.WithLabelValues(source).Set(float64(now.Unix()))
}

// Refused notes that a change of a source could not be taken.
func (m *Metrics) Refused(source string) {
	m.failing.WithLabelValues(source).Set(1)
	m.failures.WithLabelValues(source).Inc()
}

// Serves notes which revision is served. It is called by one goroutine at a time.
func (m *Metrics) Serves(revision string) {
	if m.revision != "" && m.revision != revision {
		m.bundle.DeleteLabelValues(m.revision)
	}
	m.revision = revision
	m.bundle.WithLabelValues(revision).Set(1)
}

func (m *Metrics) count(status int) {
	if counter := m.answers[status]; counter != nil {
		counter.Inc()
	}
}
