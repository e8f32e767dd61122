//go:build linux && amd64

package e2e

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// clock is the wall clock of one process, and a test can make it jump. A Go program asks the kernel's vDSO for the time, so a
// library cannot change the answer. clock replaces the function of the vDSO in that process, and nothing else.
type clock struct {
	t      testing.TB
	memory *os.File // of the process
	offset int64    // address of the seconds that clockGettime adds
}

// clockGettime replaces __vdso_clock_gettime. It asks the kernel, and adds the eight bytes at its end to the seconds of
// CLOCK_REALTIME, whose number is 0. The clock of timers stays as it is.
var clockGettime = []byte{
	0xb8, 0xe4, 0, 0, 0, // mov eax, 228
	0x0f, 0x05, // syscall
	0x85, 0xff, // test edi, edi
	0x75, 0x0a, // jne to ret
	0x48, 0x8b, 0x0d, 0x06, 0, 0, 0, // mov rcx, [rip+6]
	0x48, 0x01, 0x0e, // add [rsi], rcx
	0xc3,       // ret
	0x90, 0x90, // nop, nop: align the eight bytes, so that they are written at once
	0, 0, 0, 0, 0, 0, 0, 0,
}

func newClock(t testing.TB) *clock { return &clock{t: t} }

// start starts a command with this clock. It replaces the function before the first instruction of the program.
func (c *clock) start(command *exec.Cmd) error {
	c.t.Helper()
	runtime.LockOSThread() // only the thread that started the process may trace it
	defer runtime.UnlockOSThread()
	command.SysProcAttr = &syscall.SysProcAttr{Ptrace: true}
	if err := command.Start(); err != nil {
		return err
	}
	process := command.Process.Pid
	var status syscall.WaitStatus
	_, err := syscall.Wait4(process, &status, 0, nil)
	require.NoError(c.t, err)
	require.True(c.t, status.Stopped())
	c.memory, err = os.OpenFile(fmt.Sprintf("/proc/%d/mem", process), os.O_RDWR, 0)
	require.NoError(c.t, err)
	c.t.Cleanup(func() { _ = c.memory.Close() })
	place := vdsoFunction(c.t, process, c.memory, "__vdso_clock_gettime")
	_, err = c.memory.WriteAt(clockGettime, place)
	require.NoError(c.t, err)
	c.offset = place + int64(len(clockGettime)) - 8
	return syscall.PtraceDetach(process)
}

// set moves the clock to the real time plus by.
func (c *clock) set(by time.Duration) {
	c.t.Helper()
	_, err := c.memory.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(by/time.Second)), c.offset)
	require.NoError(c.t, err)
}

// vdsoFunction returns the address of a function in the vDSO of a process.
func vdsoFunction(t testing.TB, process int, memory io.ReaderAt, name string) int64 {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", process))
	require.NoError(t, err)
	fields := regexp.MustCompile(`(?m)^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$`).FindSubmatch(maps)
	require.NotNil(t, fields, "the process has no vDSO")
	start, err := strconv.ParseInt(string(fields[1]), 16, 64)
	require.NoError(t, err)
	end, err := strconv.ParseInt(string(fields[2]), 16, 64)
	require.NoError(t, err)
	content := make([]byte, end-start)
	_, err = memory.ReadAt(content, start)
	require.NoError(t, err)
	file, err := elf.NewFile(bytes.NewReader(content))
	require.NoError(t, err)
	symbols, err := file.DynamicSymbols()
	require.NoError(t, err)
	for _, symbol := range symbols {
		if symbol.Name == name && symbol.Size >= uint64(len(clockGettime)) {
			return start + int64(symbol.Value)
		}
	}
	t.Fatalf("the vDSO has no function %s that is large enough", name)
	return 0
}
