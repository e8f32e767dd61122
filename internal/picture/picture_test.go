package picture_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/picture"
)

func TestSVG_PlacesAndColoursParts(t *testing.T) {
	made, err := picture.SVG("a \x1b[31mdeny\x1b[0m <b>\r\n", "x\"y", 20)
	require.NoError(t, err)
	require.Contains(t, string(made), `<text x="32.8" y="30" textLength="33.6" class="red">deny</text>`)
	require.Contains(t, string(made), `&lt;b&gt;</text>`)
	require.Contains(t, string(made), `aria-label="x&#34;y"`)
}

func TestSVG_UnknownSequencesAreErrors(t *testing.T) {
	for _, text := range []string{"\x1b[45mx", "\x1b[2Jx", "\x1b]0;title\a"} {
		_, err := picture.SVG(text, "", 20)
		require.Error(t, err, "%q", text)
	}
}
