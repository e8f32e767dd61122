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

// clock is the wall clock of one process, which can be made to jump. Programs in Go ask the kernel's vDSO for the time, so no
// library in between can lie to them. Here the function of the vDSO is replaced in that process, while all else of it is real.
type clock struct {
	t      testing.TB
	memory *os.File // of the process
	offset int64    // where the seconds are that it adds
}

// clockGettime stands in for __vdso_clock_gettime: it asks the kernel, and adds the eight bytes at its end to the seconds of
// CLOCK_REALTIME, which is 0. The clock that timers go by never jumps, and is as it was.
var clockGettime = []byte{
	0xb8, 0xe4, 0, 0, 0, // mov eax, 228
	0x0f, 0x05, // syscall
	0x85, 0xff, // test edi, edi
	0x75, 0x0a, // jne to ret
	0x48, 0x8b, 0x0d, 0x06, 0, 0, 0, // mov rcx, [rip+6]
	0x48, 0x01, 0x0e, // add [rsi], rcx
	0xc3,       // ret
	0x90, 0x90, // nop, nop: the bytes that follow are written at once
	0, 0, 0, 0, 0, 0, 0, 0,
}

func newClock(t testing.TB) *clock { return &clock{t: t} }

// start starts a command that goes by this clock: it is replaced before the first instruction of the program.
func (c *clock) start(command *exec.Cmd) error {
	c.t.Helper()
	runtime.LockOSThread() // whoever traces is a thread
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

// set makes it so much later than it is, or earlier.
func (c *clock) set(by time.Duration) {
	c.t.Helper()
	_, err := c.memory.WriteAt(binary.LittleEndian.AppendUint64(nil, uint64(by/time.Second)), c.offset)
	require.NoError(c.t, err)
}

func vdsoFunction(t testing.TB, process int, memory io.ReaderAt, name string) int64 {
	t.Helper()
	maps, err := os.ReadFile(fmt.Sprintf("/proc/%d/maps", process))
	require.NoError(t, err)
	fields := regexp.MustCompile(`(?m)^([0-9a-f]+)-([0-9a-f]+) .*\[vdso\]$`).FindSubmatch(maps)
	require.NotNil(t, fields, "there is no vDSO")
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
	t.Fatalf("the vDSO has no %s that is large enough", name)
	return 0
}
