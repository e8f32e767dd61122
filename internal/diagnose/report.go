package diagnose

import (
	"slices"

	"winpolicy/internal/finding"
	"winpolicy/internal/report"
)

// Report is the answer. `winpolicy diagnose -o json` prints it; docs/diagnosis.schema.json describes it.
type Report struct {
	Subjects    []Subject      `json:"subjects"`    // what has a cause, in the order of the input
	Unexplained []Subject      `json:"unexplained"` // what has none
	Well        int            `json:"well"`        // pods that run well, and were passed over
	Notes       []string       `json:"notes"`       // what limits the answer
	Errors      []report.Error `json:"errors"`

	byLikeness map[string]int // the index of the first of some subjects that are alike
}

// Subject is what a diagnosis is about: an object, or a text.
type Subject struct {
	Object *report.Object `json:"object"`          // nil for a text
	Judged bool           `json:"judged"`          // whether the object itself was there, and not only its events
	Owner  string         `json:"owner,omitempty"` // kind and name of the controller of the object
	Alike  []string       `json:"alike,omitempty"` // names of other objects of the controller with the same causes
	Causes []Cause        `json:"causes"`          // the likeliest first
}

// Cause is a rule that names the cause, and why it does.
type Cause struct {
	Rule     string    `json:"rule"`
	Title    string    `json:"title"`
	Basis    Basis     `json:"basis"`
	Score    float64   `json:"score"`    // of the symptoms; 0 without any
	Symptoms []Sign    `json:"symptoms"` // what the cluster shows
	Findings []Finding `json:"findings"` // of the rule in the object
	Silent   bool      `json:"silent"`   // whether the rule judged the object and found no fault
	Remedy   string    `json:"remedy"`   // what to do
	Help     string    `json:"help"`     // address of the page of the rule, "" if there is none
	rank     int       // the place of the first symptom in the METADATA of the rule
	specific bool      // whether a symptom is more than a general state
	gravest  finding.Severity
}

// Basis tells what speaks for a cause.
type Basis string

// What speaks for a cause, the strongest first.
const (
	Both        Basis = "both"    // the cluster shows a symptom, and the rule finds the fault in the object
	FindingOnly Basis = "finding" // the rule finds a fault in the object
	SymptomOnly Basis = "symptom" // the cluster shows a symptom
)

// Sign is a symptom, and where it stands.
type Sign struct {
	Symptom string `json:"symptom"` // as METADATA writes it
	Text    string `json:"text"`    // as the input has it
	Place   string `json:"place"`   // a field of the object, an event, or a line of the text
	general bool   // whether pods show it for many reasons
}

// Finding is what a rule reports about the object.
type Finding struct {
	finding.Finding
	Accepted string `json:"accepted,omitempty"` // why an exception of the configuration covers it
}

// Found tells whether anything has a cause.
func (r *Report) Found() bool { return len(r.Subjects) > 0 }

// add adds a subject, or only its name if another one of the same controller has the same causes.
func (r *Report) add(one Subject) {
	if len(one.Causes) == 0 {
		r.Unexplained = append(r.Unexplained, one)
		return
	}
	if one.Owner != "" {
		if first, ok := r.byLikeness[one.likeness()]; ok {
			r.Subjects[first].Alike = append(r.Subjects[first].Alike, one.Object.Name)
			return
		}
		r.byLikeness[one.likeness()] = len(r.Subjects)
	}
	r.Subjects = append(r.Subjects, one)
}

// likeness is the same for objects of one controller with the same causes.
func (s Subject) likeness() string {
	text := s.Object.Namespace + "/" + s.Owner
	for _, cause := range s.Causes {
		text += " " + cause.Rule + " " + string(cause.Basis)
	}
	return text
}

// needsPlatform tells whether a rule that reads the taints of the platform judged an object and found nothing.
func (r *Report) needsPlatform() bool {
	return slices.ContainsFunc(r.Subjects, func(one Subject) bool {
		return slices.ContainsFunc(one.Causes, func(cause Cause) bool { return cause.Silent && cause.Rule == "toleration" })
	})
}
