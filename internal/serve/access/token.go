package access

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"time"
)

// Tokens are the bearer tokens of a file. It may be used from several goroutines, and loaded again meanwhile.
type Tokens struct {
	file    string
	entries atomic.Pointer[[]entry]
}

type entry struct {
	name    string
	hash    [sha256.Size]byte
	expires time.Time // the first moment at which it does not hold any more; zero is never
}

// NewTokens gives a set that knows no token before it is loaded.
func NewTokens(file string) *Tokens {
	store := &Tokens{file: file}
	store.entries.Store(&[]entry{})
	return store
}

// Load reads the file. A line is a name, the hex SHA-256 of a token and, if it is to end, its last day in UTC:
//
//	agents-east 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 2027-03-31
//
// Names may stand several times, for a token and the one that follows it. Empty lines and those that begin with # are
// passed over. A file with a mistake, or without a token, leaves the tokens as they were.
func (s *Tokens) Load() error {
	text, err := os.ReadFile(s.file)
	if err != nil {
		return fmt.Errorf("read the tokens: %w", err)
	}
	var entries []entry
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		one, err := parse(fields)
		if err != nil {
			return fmt.Errorf("%s:%d: %w", s.file, number, err)
		}
		entries = append(entries, one)
	}
	if len(entries) == 0 {
		return fmt.Errorf("%s: there is no token", s.file)
	}
	s.entries.Store(&entries)
	return nil
}

var goodName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// parse never repeats what stands in place of a hash: it may be the token itself.
func parse(fields []string) (entry, error) {
	if len(fields) < 2 || len(fields) > 3 {
		return entry{}, errors.New("write a name, the SHA-256 of a token and if need be its last day")
	}
	if !goodName.MatchString(fields[0]) {
		return entry{}, errors.New("a name is of letters, digits, dots, underscores and hyphens, 64 at most")
	}
	one := entry{name: fields[0]}
	hash, err := hex.DecodeString(fields[1])
	if err != nil || len(hash) != sha256.Size {
		return entry{}, errors.New("the second word is no SHA-256: 64 hexadecimal digits, as sha256sum prints them")
	}
	copy(one.hash[:], hash)
	if len(fields) == 3 {
		day, err := time.Parse(time.DateOnly, fields[2])
		if err != nil {
			return entry{}, errors.New("the third word is no day: write it as 2027-03-31")
		}
		one.expires = day.AddDate(0, 0, 1)
	}
	return one, nil
}

// Name gives the name of the token that a request bears, and false where it bears none that holds. OPA sends tokens
// base64-encoded to registries, so that form is known as well.
func (s *Tokens) Name(r *http.Request) (string, bool) {
	scheme, presented, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || presented == "" {
		return "", false
	}
	now := time.Now()
	if name, ok := s.find(presented, now); ok {
		return name, true
	}
	decoded, err := base64.StdEncoding.DecodeString(presented)
	if err != nil {
		return "", false
	}
	return s.find(string(decoded), now)
}

// find compares with every entry, so that the time it takes tells nothing.
func (s *Tokens) find(presented string, now time.Time) (name string, ok bool) {
	hash := sha256.Sum256([]byte(presented))
	for _, one := range *s.entries.Load() {
		same := subtle.ConstantTimeCompare(hash[:], one.hash[:]) == 1
		if same && (one.expires.IsZero() || now.Before(one.expires)) {
			name, ok = one.name, true
		}
	}
	return name, ok
}
