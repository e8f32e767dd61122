package server

// The paths of the bundles.
const (
	Path                = "/bundles/windows.tar.gz"
	SignedPath          = "/bundles/windows.signed.tar.gz"
	DiscoveryPath       = "/bundles/discovery.tar.gz"
	SignedDiscoveryPath = "/bundles/discovery.signed.tar.gz"
)

const metricsPath = "/metrics"
