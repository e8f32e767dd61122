package board

import (
	"net/http"

	"winpolicy/internal/jsontext"
	"winpolicy/internal/page"
)

// New returns the pages and /fleet. They ask for no credentials, so only this machine may reach them.
func New(source Source) *http.ServeMux {
	b := &board{Source: source, judges: newJudges()}
	mux := http.NewServeMux()
	for pattern, handler := range map[string]http.HandlerFunc{
		"GET /{$}":            b.overview,
		"GET /fleet":          b.fleet,
		"GET /rules/{$}":      b.rules,
		"GET /rules/{id}/{$}": b.rule,
		"GET /try":            b.form,
		"GET /style.css":      style,
	} {
		mux.Handle(pattern, guard(handler))
	}
	// A page of another origin must not make this machine work.
	mux.Handle("POST /try", guard(http.NewCrossOriginProtection().Handler(http.HandlerFunc(b.try))))
	return mux
}

func (b *board) fleet(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_ = jsontext.Write(w, b.now()) // an error means that the client has gone
}

func style(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	_, _ = w.Write(page.Style) // an error means that the client has gone
}
