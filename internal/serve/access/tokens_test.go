package access_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/access"
)

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func load(t *testing.T, text string) (*access.Tokens, string, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "tokens")
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	made := access.NewTokens(file)
	return made, file, made.Load()
}

func name(known *access.Tokens, authorization string) string {
	request := httptest.NewRequest("GET", "/", nil)
	request.Header.Set("Authorization", authorization)
	found, ok := known.Name(request)
	if !ok {
		return "rejected"
	}
	return found
}

func TestTokens_TokenIsAcceptedByItsHash(t *testing.T) {
	known, _, err := load(t, "# the fleet\n\neast "+hash("old")+"\neast "+hash("new")+"\nwest "+hash("other")+"\n")
	require.NoError(t, err)
	for authorization, want := range map[string]string{
		"Bearer old":   "east",
		"Bearer new":   "east",
		"bearer other": "west",
		"Bearer " + base64.StdEncoding.EncodeToString([]byte("other")): "west",
		"Bearer " + hash("old"): "rejected",
		"Bearer wrong":          "rejected",
		"Bearer ":               "rejected",
		"Bearer":                "rejected",
		"Basic old":             "rejected",
		"old":                   "rejected",
		"":                      "rejected",
	} {
		require.Equal(t, want, name(known, authorization), authorization)
	}
}

func TestTokens_TokenIsAcceptedThroughItsLastDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the clock starts on 2000-01-01, in UTC
		known, _, err := load(t, "east "+hash("old")+" 2000-01-01\n")
		require.NoError(t, err)
		time.Sleep(24*time.Hour - time.Nanosecond)
		require.Equal(t, "east", name(known, "Bearer old"))
		time.Sleep(time.Nanosecond)
		require.Equal(t, "rejected", name(known, "Bearer old"))
	})
}

func TestTokens_InvalidFileKeepsTokensAndShowsNone(t *testing.T) {
	const secret = "this-is-the-token-itself"
	for text, want := range map[string]string{
		"":                                   "the file has no token",
		"# nobody\n":                         "the file has no token",
		"east\n":                             ":1: a line has a name, the SHA-256 hash of a token",
		"\neast " + secret:                   ":2: not a SHA-256 hash",
		"e/ast " + hash(secret):              ":1: not a valid name",
		"east " + hash(secret) + " tomorrow": ":1: not a date",
		"east " + hash(""):                   ":1: this is the SHA-256 hash of an empty text",
		"east " + hash(secret) + " 2027-01-01 more": ":1: a line has a name",
	} {
		known, file, err := load(t, "east "+hash("good"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		err = known.Load()
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), secret)
		require.Equal(t, "east", name(known, "Bearer good"))
	}
}
