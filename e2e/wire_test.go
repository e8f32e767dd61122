package e2e

import (
	"io"
	"net"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// wire forwards connections to a server until it is cut. Then it accepts connections and forwards nothing, as a network does
// that loses packets.
type wire struct {
	listener net.Listener
	target   string

	mutex sync.Mutex
	isCut bool
	open  map[net.Conn]bool
}

func newWire(t *testing.T, target string) *wire {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	wire := &wire{listener: listener, target: target, open: map[net.Conn]bool{}}
	go wire.accept()
	t.Cleanup(func() {
		_ = listener.Close()
		wire.cut()
		wire.mend()
	})
	return wire
}

func (w *wire) address() string { return w.listener.Addr().String() }

func (w *wire) accept() {
	for {
		near, err := w.listener.Accept()
		if err != nil {
			return
		}
		w.mutex.Lock()
		w.open[near] = true
		isCut := w.isCut
		w.mutex.Unlock()
		if !isCut {
			go w.join(near)
		}
	}
}

func (w *wire) join(near net.Conn) {
	far, err := net.Dial("tcp", w.target)
	if err != nil {
		_ = near.Close()
		return
	}
	w.mutex.Lock()
	w.open[far] = true
	w.mutex.Unlock()
	go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
	_, _ = io.Copy(near, far)
	_ = near.Close()
}

// cut closes the open connections, and lets new ones hang.
func (w *wire) cut() { w.turn(true) }

// mend closes the connections that hang, and forwards new ones.
func (w *wire) mend() { w.turn(false) }

func (w *wire) turn(isCut bool) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.isCut = isCut
	for connection := range w.open {
		_ = connection.Close()
	}
	clear(w.open)
}

func number(t testing.TB, text string) int {
	t.Helper()
	value, err := strconv.ParseFloat(text, 64)
	require.NoError(t, err)
	return int(value)
}
