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

// Tokens holds the accepted bearer tokens as hashes, so their file reveals no token. Load and Name may be called
// from several goroutines.
type Tokens struct {
	file    string
	entries atomic.Pointer[[]entry]
}

type entry struct {
	name    string
	hash    [sha256.Size]byte
	expires time.Time // the first moment at which the token is not accepted any more; zero means never
}

// NewTokens returns tokens that are not loaded yet, so that every request is rejected.
func NewTokens(file string) *Tokens {
	tokens := &Tokens{file: file}
	tokens.entries.Store(&[]entry{})
	return tokens
}

// Load reads the file. A line has a name, the SHA-256 hash of a token in hexadecimal, and optionally the last day in UTC on
// which the token is accepted:
//
//	agents-east 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 2027-03-31
//
// Several lines may have the same name, so that you can replace a token. Empty lines and lines that begin with # are ignored.
// If the file is invalid or has no token, the previous tokens stay in use.
func (t *Tokens) Load() error {
	text, err := os.ReadFile(t.file)
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
			return fmt.Errorf("%s:%d: %w", t.file, number, err)
		}
		entries = append(entries, one)
	}
	if len(entries) == 0 {
		return fmt.Errorf("%s: the file has no token; write a line with a name and the SHA-256 hash of a token", t.file)
	}
	t.entries.Store(&entries)
	return nil
}

var validName = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// parse reads the fields of a line. Its errors never repeat a field, because a field may be the token itself.
func parse(fields []string) (entry, error) {
	if len(fields) < 2 || len(fields) > 3 {
		return entry{}, errors.New("a line has a name, the SHA-256 hash of a token and optionally the last day")
	}
	if !validName.MatchString(fields[0]) {
		return entry{}, errors.New(`not a valid name; use at most 64 letters, digits, ".", "_" and "-"`)
	}
	one := entry{name: fields[0]}
	hash, err := hex.DecodeString(fields[1])
	if err != nil || len(hash) != sha256.Size {
		return entry{}, errors.New("not a SHA-256 hash after the name; write 64 hexadecimal digits, as sha256sum prints them")
	}
	copy(one.hash[:], hash)
	if one.hash == sha256.Sum256(nil) {
		return entry{}, errors.New("this is the SHA-256 hash of an empty text; hash the token itself")
	}
	if len(fields) == 3 {
		day, err := time.Parse(time.DateOnly, fields[2])
		if err != nil {
			return entry{}, errors.New("not a date after the hash (want YYYY-MM-DD)")
		}
		one.expires = day.AddDate(0, 0, 1)
	}
	return one, nil
}

// Name returns the name of the token in a request, or false if the request has no accepted token. OPA encodes the tokens
// that it sends to registries in base64, so both forms are accepted.
func (t *Tokens) Name(r *http.Request) (string, bool) {
	scheme, sent, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || sent == "" {
		return "", false
	}
	now := time.Now()
	if name, ok := t.find(sent, now); ok {
		return name, true
	}
	decoded, err := base64.StdEncoding.DecodeString(sent)
	if err != nil {
		return "", false
	}
	return t.find(string(decoded), now)
}

// find compares a token with every entry, so that the time does not depend on which entry matches.
func (t *Tokens) find(token string, now time.Time) (name string, ok bool) {
	hash := sha256.Sum256([]byte(token))
	for _, one := range *t.entries.Load() {
		isSame := subtle.ConstantTimeCompare(hash[:], one.hash[:]) == 1
		if isSame && (one.expires.IsZero() || now.Before(one.expires)) {
			name, ok = one.name, true
		}
	}
	return name, ok
}
