package board

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"
	"time"

	"winpolicy/internal/jsontext"
)

//go:embed assets
var assets embed.FS

// views holds a template for each page, inside the layout.
var views = parse("overview", "rules", "rule", "try", "problem")

func parse(names ...string) map[string]*template.Template {
	layout := template.Must(template.New("layout.html").Funcs(template.FuncMap{
		"short": short,
		"plain": plain,
		"day":   func(at time.Time) string { return at.UTC().Format("2006-01-02 15:04:05 MST") },
		"stamp": func(at time.Time) string { return at.UTC().Format(time.RFC3339) },
		"ago":   func(at time.Time) string { return ago(time.Since(at)) },
		"join":  strings.Join,
		"one": func(number int, one, many string) string {
			if number == 1 {
				return "1 " + one
			}
			return fmt.Sprint(number) + " " + many
		},
	}).ParseFS(assets, "assets/layout.html"))
	all := map[string]*template.Template{}
	for _, name := range names {
		all[name] = template.Must(template.Must(layout.Clone()).ParseFS(assets, "assets/"+name+".html"))
	}
	return all
}

// frame is a page. Path is the one that the navigation marks.
type frame struct {
	Title, Path string
	Body        any
}

// write answers with a page. The status of an answer without an error is 200.
func write(w http.ResponseWriter, status int, view string, shown frame) {
	var out bytes.Buffer
	if err := views[view].Execute(&out, shown); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(out.Bytes()) // an error means that the client has gone
}

// problem answers with a page that says what went wrong.
func problem(w http.ResponseWriter, status int, text string) {
	write(w, status, "problem", frame{http.StatusText(status), "", text})
}

// short returns the first characters of a revision.
func short(revision string) string {
	const shown = 12
	return revision[:min(shown, len(revision))]
}

// ago says how long something is past, in the largest unit.
func ago(past time.Duration) string {
	for _, unit := range []struct {
		length time.Duration
		name   string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}} {
		if past >= unit.length {
			return fmt.Sprintf("%d %s ago", past/unit.length, unit.name)
		}
	}
	return fmt.Sprintf("%d s ago", max(past, 0)/time.Second)
}

// plain makes characters visible that print nothing or change the direction of text.
func plain(text string) string {
	return jsontext.Visible(text, func(char rune) bool { return char != '\t' && (char < ' ' || jsontext.IsUnsafe(char)) })
}
