package server

import "time"

// MinHold is the shortest time that a long poll is held. An agent repeats a long poll as soon as it is answered.
const MinHold = time.Second

// The limits of every request and connection.
const (
	readTimeout  = 5 * time.Second // for the TLS handshake, and for a whole request
	writeTimeout = 60 * time.Second
	idleTimeout  = 120 * time.Second
	drainTimeout = 10 * time.Second
	maxHeader    = 16 << 10 // bytes
)
