package packed

// partSize is how many bytes a part of an arena has. Parts never move, so a large arena is never copied to grow.
const partSize = 16 << 10

// arena is bytes that are only added to. Its places are greater than 0.
type arena struct{ parts [][]byte }

// add copies the text, and gives its place.
func (a *arena) add(text []byte) uint64 {
	last := len(a.parts) - 1
	if last < 0 || len(a.parts[last])+len(text) > cap(a.parts[last]) {
		last++
		a.parts = append(a.parts, make([]byte, 0, max(partSize, len(text))))
	}
	at := len(a.parts[last])
	a.parts[last] = append(a.parts[last], text...)
	return uint64(last+1)<<32 | uint64(at)
}

// from gives the text from a place on. Its end is not known to the arena.
func (a *arena) from(place uint64) []byte { return a.parts[place>>32-1][uint32(place):] }
