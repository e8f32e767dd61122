// Package access decides who may ask a server: it reads the TLS certificates and the bearer tokens from files, and reads
// them again when they change.
package access
