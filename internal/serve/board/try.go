package board

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"winpolicy/internal/finding"
	"winpolicy/internal/report"
)

// example is what the form holds at first.
const example = `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  nodeSelector:
    kubernetes.io/os: windows
  hostNetwork: true
  containers:
    - name: web
      image: mcr.microsoft.com/windows/nanoserver:ltsc2022
`

// maxShown is how many findings a page shows.
const maxShown = 500

// tried is what the page shows of a manifest.
type tried struct {
	Manifest string
	Report   *report.Report // nil before something is judged
	Lines    []line
	Above    []report.Violation // findings above note
	Notes    []report.Violation
	Left     int // findings that are not shown
	Problem  string
}

// line is a line of the manifest, with the gravest severity of its findings.
type line struct {
	Number   int
	Text     string
	Severity string
}

// form shows the form, with the manifest of the address or an example.
func (b *board) form(w http.ResponseWriter, r *http.Request) {
	manifest := r.FormValue("manifest")
	if manifest == "" {
		manifest = example
	}
	write(w, http.StatusOK, "try", frame{"Try it", "/try", tried{Manifest: manifest}})
}

// try judges the manifest of the form.
func (b *board) try(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 3*maxManifest+1024) // a character can take three in a form
	var exceeded *http.MaxBytesError
	status, shown := http.StatusOK, tried{}
	served := b.Served()
	switch err := r.ParseForm(); {
	case errors.As(err, &exceeded), len(r.PostForm.Get("manifest")) > maxManifest:
		status, shown.Problem = http.StatusRequestEntityTooLarge, fmt.Sprintf("The manifest is larger than %d KiB. Try a part of it.", maxManifest>>10)
	case err != nil:
		status, shown.Problem = http.StatusBadRequest, "The form is broken: "+err.Error()
	case !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		status, shown.Problem = http.StatusUnsupportedMediaType, "Send the form as application/x-www-form-urlencoded, with the field manifest."
	case served == nil:
		status, shown.Problem = http.StatusServiceUnavailable, starting
	default:
		// Browsers send the line ends of a form as CRLF.
		shown.Manifest = strings.ReplaceAll(r.PostForm.Get("manifest"), "\r\n", "\n")
		judged, err := b.judges.judge(r.Context(), served, shown.Manifest)
		if err != nil {
			status, shown.Problem = http.StatusServiceUnavailable, "The manifest is not judged: "+err.Error()
			break
		}
		shown.add(judged)
	}
	write(w, status, "try", frame{"Try it", "/try", shown})
}

// add adds a report about the manifest.
func (t *tried) add(judged *report.Report) {
	t.Report = judged
	gravest := map[int]string{}
	for i, violation := range judged.Violations {
		if i >= maxShown {
			t.Left = len(judged.Violations) - maxShown
			break
		}
		if violation.Severity == finding.Note {
			t.Notes = append(t.Notes, violation)
		} else {
			t.Above = append(t.Above, violation)
		}
		if known := gravest[violation.Line]; known == "" || violation.Severity.Compare(finding.Severity(known)) < 0 {
			gravest[violation.Line] = string(violation.Severity)
		}
	}
	for i, text := range strings.Split(strings.TrimSuffix(t.Manifest, "\n"), "\n") {
		t.Lines = append(t.Lines, line{i + 1, text, gravest[i+1]})
	}
}
