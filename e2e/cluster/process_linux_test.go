package cluster

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// In the environment of a second run of these tests, what it is to start and to be killed over.
const started = "CLUSTER_TEST_PROGRAM"

// Nobody clears up behind a test that is killed.
func TestAProgramEndsWithTheTestThatStartedIt(t *testing.T) {
	if program := os.Getenv(started); program != "" {
		fmt.Println(start(t, program, nil, "600").command.Process.Pid)
		select {} // until it is killed
	}
	program, err := exec.LookPath("sleep")
	require.NoError(t, err)
	command := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	command.Env = append(os.Environ(), started+"="+program, "TMPDIR="+t.TempDir())
	printed, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	pid, err := bufio.NewReader(printed).ReadString('\n')
	require.NoError(t, err)
	require.NoError(t, command.Process.Kill())
	_ = command.Wait()
	Until(t, func() error { return isGone(strings.TrimSpace(pid)) })
}

func isGone(pid string) error {
	text, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return nil
	}
	if _, state, _ := strings.Cut(string(text), ") "); state[0] == 'Z' {
		return nil // it has ended, and its new parent has not looked yet
	}
	return fmt.Errorf("the program runs: %s", text)
}
