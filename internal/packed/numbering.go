package packed

// numbering gives texts numbers, from 0 on.
type numbering struct {
	numbers map[string]uint64
	texts   []string
}

func newNumbering() numbering { return numbering{numbers: map[string]uint64{}} }

// of gives the number of a text, or false if it has none and limit texts have one.
func (n *numbering) of(text []byte, limit int) (uint64, bool) {
	if number, ok := n.numbers[string(text)]; ok {
		return number, true
	}
	if len(n.texts) >= limit {
		return 0, false
	}
	number := uint64(len(n.texts))
	n.texts = append(n.texts, string(text))
	n.numbers[n.texts[number]] = number
	return number, true
}
