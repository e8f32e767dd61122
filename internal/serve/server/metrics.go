package server

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics holds what Prometheus reads.
type Metrics struct {
	registry  *prometheus.Registry
	waiting   prometheus.Gauge
	responses map[int]prometheus.Counter
	failing   *prometheus.GaugeVec
	failures  *prometheus.CounterVec
	updated   *prometheus.GaugeVec
	bundle    *prometheus.GaugeVec
	revision  string // label of bundle
}

// NewMetrics returns metrics in a registry of their own.
func NewMetrics() *Metrics {
	metrics := &Metrics{
		registry: prometheus.NewRegistry(),
		waiting: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "winpolicy_agents_waiting", Help: "Long polls that the server holds.",
		}),
		responses: map[int]prometheus.Counter{},
		failing: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "winpolicy_update_failing", Help: "1 if the last change of a source was rejected, so that the previous version stays in use; otherwise 0.",
		}, []string{"source"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "winpolicy_update_failures_total", Help: "Changes of a source that were rejected.",
		}, []string{"source"}),
		updated: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "winpolicy_update_timestamp_seconds", Help: "Unix time at which the version of a source that is in use was loaded.",
		}, []string{"source"}),
		bundle: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "winpolicy_bundle_info", Help: "The revision of the bundle that is served. The value is always 1.",
		}, []string{"revision"}),
	}
	responses := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "winpolicy_responses_total", Help: "Responses to requests for bundles and to status reports, and errors, by status.",
	}, []string{"code"})
	for _, code := range []int{200, 204, 304, 400, 401, 404, 405, 413, 415, 429, 503, 505} {
		metrics.responses[code] = responses.WithLabelValues(strconv.Itoa(code))
	}
	metrics.registry.MustRegister(metrics.waiting, responses, metrics.failing, metrics.failures, metrics.updated, metrics.bundle,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return metrics
}

// Register adds what Prometheus reads from somewhere else.
func (m *Metrics) Register(more prometheus.Collector) { m.registry.MustRegister(more) }

// Handler returns a handler that answers with the metrics.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4, DisableCompression: true})
}

// Accepted records that the present version of a source (bundle, certificate, tokens) is in use since now.
func (m *Metrics) Accepted(source string, now time.Time) {
	m.failing.WithLabelValues(source).Set(0)
	m.updated.WithLabelValues(source).Set(float64(now.Unix()))
}

// Rejected records that a change of a source was rejected.
func (m *Metrics) Rejected(source string) {
	m.failing.WithLabelValues(source).Set(1)
	m.failures.WithLabelValues(source).Inc()
}

// SetRevision records which revision is served. Do not call it from two goroutines at once.
func (m *Metrics) SetRevision(revision string) {
	if m.revision != "" && m.revision != revision {
		m.bundle.DeleteLabelValues(m.revision)
	}
	m.revision = revision
	m.bundle.WithLabelValues(revision).Set(1)
}

// count counts a response, if its status is one that the handler sends.
func (m *Metrics) count(status int) {
	if counter := m.responses[status]; counter != nil {
		counter.Inc()
	}
}
