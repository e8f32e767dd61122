package cluster

import (
	"os/exec"
	"syscall"
)

// endWithParent has a program killed when the thread that starts it is gone, as after a test that was killed.
func endWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
