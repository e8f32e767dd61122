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

func store(t *testing.T, text string) (*access.Tokens, string, error) {
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
		return "refused"
	}
	return found
}

func TestATokenIsKnownByItsHash(t *testing.T) {
	known, _, err := store(t, "# the fleet\n\neast "+hash("old")+"\neast "+hash("new")+"\nwest "+hash("other")+"\n")
	require.NoError(t, err)
	for authorization, want := range map[string]string{
		"Bearer old":   "east",
		"Bearer new":   "east",
		"bearer other": "west",
		"Bearer " + base64.StdEncoding.EncodeToString([]byte("other")): "west",
		"Bearer " + hash("old"): "refused",
		"Bearer wrong":          "refused",
		"Bearer ":               "refused",
		"Bearer":                "refused",
		"Basic old":             "refused",
		"old":                   "refused",
		"":                      "refused",
	} {
		require.Equal(t, want, name(known, authorization), authorization)
	}
}

func TestATokenHoldsThroughItsLastDay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // its clock begins on 2000-01-01, in UTC
		known, _, err := store(t, "east "+hash("old")+" 2000-01-01\n")
		require.NoError(t, err)
		time.Sleep(24*time.Hour - time.Nanosecond)
		require.Equal(t, "east", name(known, "Bearer old"))
		time.Sleep(time.Nanosecond)
		require.Equal(t, "refused", name(known, "Bearer old"))
	})
}

func TestAFileWithAMistakeChangesNothingAndTellsNoToken(t *testing.T) {
	const secret = "this-is-the-token-itself"
	for text, want := range map[string]string{
		"":                                   "there is no token",
		"# nobody\n":                         "there is no token",
		"east\n":                             ":1: write a name, the SHA-256 of a token",
		"\neast " + secret:                   ":2: the second word is no SHA-256",
		"e/ast " + hash(secret):              ":1: a name is of letters",
		"east " + hash(secret) + " tomorrow": ":1: the third word is no day",
		"east " + hash(secret) + " 2027-01-01 more": ":1: write a name",
	} {
		known, file, err := store(t, "east "+hash("good"))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
		err = known.Load()
		require.ErrorContains(t, err, want)
		require.NotContains(t, err.Error(), secret)
		require.Equal(t, "east", name(known, "Bearer good"))
	}
}
