package progress_test

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/progress"
)

// terminal keeps what is written.
type terminal struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (t *terminal) Write(text []byte) (int, error) {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.text.Write(text)
}

func (t *terminal) String() string {
	t.lock.Lock()
	defer t.lock.Unlock()
	return t.text.String()
}

// screen returns what a terminal shows after some output.
func screen(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		var cells []byte
		column := 0
		for _, char := range []byte(strings.TrimSuffix(line, "\n")) {
			if char == '\r' {
				column = 0
				continue
			}
			if column == len(cells) {
				cells = append(cells, 0)
			}
			cells[column] = char
			column++
		}
		lines = append(lines, strings.TrimRight(string(cells), " "))
	}
	return strings.Join(lines, "\n")
}

func TestLine_AppearsAfterASecondAndChangesAtMostFourTimesASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var terminal terminal
		line := progress.Start(&terminal, 80)
		line.Show("reading files")
		time.Sleep(time.Second - time.Millisecond)
		synctest.Wait()
		require.Empty(t, terminal.String())
		time.Sleep(time.Millisecond)
		synctest.Wait()
		require.Equal(t, "reading files", screen(terminal.String()))
		before := strings.Count(terminal.String(), "\r")
		for count := range 100 { // in one second
			line.Show("checked %d objects", count)
			time.Sleep(10 * time.Millisecond)
		}
		synctest.Wait()
		require.Equal(t, "checked 99 objects", screen(terminal.String()))
		require.Equal(t, 4*2, strings.Count(terminal.String(), "\r")-before)
		line.Stop()
		require.Empty(t, screen(terminal.String()))
	})
}

func TestLine_MakesRoomForOtherOutput(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var terminal terminal
		line := progress.Start(&terminal, 10)
		report := line.Above(&terminal)
		line.Show("checked 7 objects")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, "checked 7", screen(terminal.String()), "a longer text would wrap")
		fmt.Fprint(report, "first\nsec")
		line.Show("other")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, "first\nsec", screen(terminal.String()), "the line of the report is not ended")
		fmt.Fprint(report, "ond\n")
		time.Sleep(2 * time.Second)
		synctest.Wait()
		require.Equal(t, "first\nsecond\nother", screen(terminal.String()))
		line.Stop()
		require.Equal(t, "first\nsecond\n", screen(terminal.String()))
	})
}

func TestLine_NilShowsNothing(t *testing.T) {
	var line *progress.Line
	var terminal terminal
	line.Show("text")
	require.Equal(t, &terminal, line.Above(&terminal))
	line.Stop()
}
