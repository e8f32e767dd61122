//go:build unix

package serve

import "syscall"

// maxDescriptors returns how many files and connections the process may have open, or false if nobody knows. Go has raised the
// soft limit to the hard one.
func maxDescriptors() (uint64, bool) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return uint64(limit.Cur), err == nil //nolint:unconvert // Cur is signed on FreeBSD
}
