// Command winpolicy judges Windows workloads on Kubernetes, and makes and serves what other engines judge them with.
package main

import (
	"os"

	"winpolicy/internal/cli"
)

func main() {
	os.Exit(cli.Run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
