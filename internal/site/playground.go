package site

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"fmt"
	"html/template"
	"net/url"
	"strings"

	"winpolicy/internal/config"
	"winpolicy/internal/page"
	"winpolicy/internal/playground"
)

var playgroundTemplate = template.Must(template.New("playground.html").ParseFS(assets, "assets/playground.html"))

func (b *builder) addPlayground() error {
	var out bytes.Buffer
	err := playgroundTemplate.Execute(&out, map[string]any{"Example": b.Example, "Platforms": b.Platforms, "MaxText": playground.MaxText})
	if err != nil {
		return fmt.Errorf("%s: %w", playgroundPage, err)
	}
	b.entries = append(b.entries, entry{Title: "Playground", Path: playgroundPage, Text: "Check a manifest in the browser."})
	return b.write(playgroundPage, "Playground", template.HTML(out.String())) //nolint:gosec // made by html/template
}

// try returns the address of the playground with a manifest, for a page of the site.
func (b *builder) try(target string) func(yaml string) string {
	return func(yaml string) string {
		if !page.IsManifest(yaml) {
			return ""
		}
		asked := playground.Question{Manifest: yaml, Config: settings(yaml)}
		return relative(target, playgroundPage) + "#" + Fragment(asked)
	}
}

// settings returns the configuration that a sample names in a comment, as YAML; "" if there is none.
func settings(yaml string) string {
	for line := range strings.Lines(yaml) {
		if text, ok := strings.CutPrefix(line, "# config:"); ok {
			return strings.Replace(strings.TrimSpace(text), "{", "{apiVersion: "+config.APIVersion+", ", 1) + "\n"
		}
	}
	return ""
}

// Fragment puts a question behind the # of an address. Browsers do not send it to a server. Texts are deflated and in base64url.
func Fragment(asked playground.Question) string {
	values := url.Values{"m": {packed(asked.Manifest)}}
	if asked.Config != "" {
		values.Set("c", packed(asked.Config))
	}
	if asked.Platform != "" {
		values.Set("p", asked.Platform)
	}
	return values.Encode()
}

func packed(text string) string {
	var out bytes.Buffer
	writer, _ := flate.NewWriter(&out, flate.BestCompression) // fails only for a level that does not exist
	_, _ = writer.Write([]byte(text))                         // a buffer takes everything
	_ = writer.Close()
	return base64.RawURLEncoding.EncodeToString(out.Bytes())
}
