package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// `make bench` runs this benchmark for docs/benchmarks.md. Every tool has the same rules and the same configuration, and
// reports the same findings before anything is measured.

// Each tool runs so often. The tools take turns, so that other work on the machine affects all of them. A long input needs
// fewer rounds.
const manyRounds, fewRounds = 5, 2

// checker is a program with the rules. command gives the arguments that make it judge paths, and found reads from its
// output what it denies: "app-0 host-namespaces", sorted.
type checker struct {
	name    string
	command func(path string) []string
	found   func(t testing.TB, output []byte) []string
}

func BenchmarkCheck(b *testing.B) {
	all := checkers(b)
	small, one := writeCorpus(b, corpus(1000))
	_, large := writeCorpus(b, corpus(10000))
	single := filepath.Join(small, "00000.yaml")
	var wanted []string
	for i, tool := range all {
		found := tool.found(b, measure(b, tool, small).output)
		if i == 0 {
			wanted = found
			require.NotEmpty(b, wanted)
		}
		require.Equal(b, wanted, found, "%s reports other findings", tool.name)
	}
	fmt.Printf("seed %d: %d findings in 1,000 manifests, the same by every tool\n", corpusSeed, len(wanted))
	for _, tc := range []struct {
		name, path string
		tools      []checker
		rounds     int
	}{
		{"1 manifest", single, all, manyRounds},
		{"1,000 files", small, all, manyRounds},
		{"1,000 in a file", one, []checker{all[0], all[1], all[3]}, manyRounds}, // opa exec reads one document of a file
		{"10,000 in a file", large, all[:2], fewRounds},
	} {
		compare(tc.name, b, tc.tools, tc.path, tc.rounds)
	}
}

func checkers(b *testing.B) []checker {
	b.Helper()
	work := b.TempDir()
	product, policy := winpolicy(b), filepath.Join(work, "policy")
	run(b, ".", product, "bundle", "--platform", "generic", "--dir", policy)
	run(b, ".", product, "generate", "--platform", "generic", "--out", work)
	templates := filepath.Join(work, "constrainttemplates")
	return []checker{
		{"winpolicy check", func(path string) []string {
			return []string{product, "check", "--platform", "generic", "-o", "json", path}
		}, foundByCheck},
		{"conftest", func(path string) []string {
			return []string{tool(b, "conftest"), "test", "--no-fail", "-o", "json", "-p", policy, "-d", policy, path}
		}, foundByConftest},
		{"opa exec", func(path string) []string {
			return []string{tool(b, "opa"), "exec", "--bundle", policy, "--decision", "winpolicy/report", path}
		}, foundByExec},
		{"gator test", func(path string) []string {
			return []string{filepath.Join(dist(b), "tools", "gatekeeper", "gator"), "test", "-o", "json", "-f", templates, "-f", path}
		}, foundByGator},
	}
}

// spending is what one run of a tool takes.
type spending struct {
	wall, cpu time.Duration
	peak      int64 // KiB
	output    []byte
}

// measure runs a tool. The exit code is not zero if something is denied.
func measure(b testing.TB, tool checker, path string) spending {
	b.Helper()
	arguments := tool.command(path)
	command := exec.CommandContext(b.Context(), arguments[0], arguments[1:]...)
	command.Dir = b.TempDir()
	var output, problems bytes.Buffer
	command.Stdout, command.Stderr = &output, &problems
	start := time.Now()
	require.NoError(b, command.Start(), tool.name)
	peak := watchPeak(command.Process.Pid)
	err := command.Wait()
	wall := time.Since(start)
	require.NotEmpty(b, output.Bytes(), "%s: %v: %s", tool.name, err, problems.String())
	state := command.ProcessState
	return spending{wall, state.UserTime() + state.SystemTime(), peak(), output.Bytes()}
}

// watchPeak follows the largest memory of a process, in KiB, and gives a function that ends it. The usage that the kernel
// reports when a process ends would include this test, which started it.
func watchPeak(process int) func() int64 {
	done, found := make(chan struct{}), make(chan int64)
	go func() {
		var peak int64
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-done:
				found <- peak
				return
			case <-tick.C:
				text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", process))
				if _, rest, ok := strings.Cut(string(text), "VmHWM:"); ok {
					value, _ := strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
					peak = max(peak, value)
				}
			}
		}
	}()
	return func() int64 {
		close(done)
		return <-found
	}
}

// compare prints the medians and spreads of each tool, and its medians in terms of the second tool, conftest.
func compare(name string, b *testing.B, tools []checker, path string, rounds int) {
	runs := make([][]spending, len(tools))
	for range rounds {
		for i, tool := range tools {
			runs[i] = append(runs[i], measure(b, tool, path))
		}
	}
	wall := func(s spending) float64 { return s.wall.Seconds() }
	cpu := func(s spending) float64 { return s.cpu.Seconds() }
	peak := func(s spending) float64 { return float64(s.peak) / 1024 }
	for i, tool := range tools {
		row := []string{name, tool.name}
		for _, of := range []func(spending) float64{wall, cpu, peak} {
			least, middle, most := spread(runs[i], of)
			_, base, _ := spread(runs[1], of)
			row = append(row, fmt.Sprintf("%.3g (%.3g to %.3g)", middle, least, most), fmt.Sprintf("%.2f", middle/base))
		}
		fmt.Println("| " + strings.Join(row, " | ") + " |")
	}
}

func spread(runs []spending, of func(spending) float64) (least, middle, most float64) {
	var all []float64
	for _, one := range runs {
		all = append(all, of(one))
	}
	slices.Sort(all)
	return all[0], all[len(all)/2], all[len(all)-1]
}
