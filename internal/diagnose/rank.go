package diagnose

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/finding"
)

// general are symptoms that pods show for many reasons. In an object they speak for a rule only if the rule also finds its
// fault there.
var general = map[string]bool{
	"Pending": true, "ContainerCreating": true, "CrashLoopBackOff": true, "ErrImagePull": true, "ImagePullBackOff": true,
	"Init:ImagePullBackOff": true, "CreateContainerConfigError": true, "CreateContainerError": true, "FailedCreatePodSandBox": true,
	"FailedMount": true, "FailedScheduling": true,
}

// maxShown is how many characters of the input a sign quotes.
const maxShown = 160

// weighed is a sign with what it weighs.
type weighed struct {
	Sign
	weight float64
}

// signs returns the symptoms in what is shown, each at its first place. A symptom weighs its words, shared among the rules
// that have it, so a long one that is special to a rule weighs most.
func (d *Diagnoser) signs(shown []observation) []weighed {
	var all []weighed
	seen := map[string]bool{}
	for _, one := range shown {
		for _, match := range d.index.Find(one.text) {
			if seen[match.Symptom] {
				continue
			}
			seen[match.Symptom] = true
			all = append(all, weighed{
				Sign{Symptom: match.Symptom, Text: shorten(one.text[match.Start:match.End]), Place: one.at(match.Start), general: general[match.Symptom]},
				float64(match.Weight) / float64(len(d.rules[match.Symptom])),
			})
		}
	}
	return all
}

// shorten returns a text on one line.
func shorten(text string) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(text, "�")), " ")
	if chars := []rune(text); len(chars) > maxShown {
		return string(chars[:maxShown]) + "…"
	}
	return text
}

// causes returns the rules that name the cause for a subject, the likeliest first.
func (d *Diagnoser) causes(one *subject, signs []weighed, findings []Finding) []Cause {
	byRule := map[string]*Cause{}
	for _, rule := range d.options.Rules {
		byRule[rule.ID] = d.newCause(rule, one)
	}
	for _, sign := range signs {
		for _, rule := range d.rules[sign.Symptom] {
			byRule[rule.ID].show(sign, slices.Index(rule.Symptoms, sign.Symptom))
		}
	}
	for _, found := range findings {
		if cause := byRule[found.Rule]; cause != nil {
			cause.find(found)
		}
	}
	all := []Cause{}
	for _, rule := range d.options.Rules {
		if cause := byRule[rule.ID]; cause.counts(one.input != nil) {
			cause.Score = math.Round(100*cause.Score) / 100
			all = append(all, *cause)
		}
	}
	slices.SortStableFunc(all, likelier)
	return withoutExplained(all)
}

func (d *Diagnoser) newCause(rule catalog.Rule, one *subject) *Cause {
	made := &Cause{
		Rule: rule.ID, Title: rule.Title, Remedy: rule.Remedy, Symptoms: []Sign{}, Findings: []Finding{},
		Silent: one.input != nil && slices.Contains(rule.KindNames(), one.object.Kind),
	}
	if !rule.Own() {
		made.Help = d.options.Help(rule.ID)
	}
	return made
}

func (c *Cause) show(sign weighed, place int) {
	if len(c.Symptoms) == 0 || place < c.rank {
		c.rank = place
	}
	c.Symptoms = append(c.Symptoms, sign.Sign)
	c.Score += sign.weight
	c.specific = c.specific || !sign.general
}

func (c *Cause) find(found Finding) {
	if len(c.Findings) == 0 || found.Severity.Compare(c.gravest) < 0 {
		c.gravest = found.Severity
	}
	c.Findings, c.Silent = append(c.Findings, found), false
}

// counts tells whether the rule may name the cause, and sets what speaks for it. judged tells whether the object was there.
//
// A note is advice, and check.EscapeRule was asked more than the configuration asks: both count only with a symptom of their own.
func (c *Cause) counts(judged bool) bool {
	if len(c.Findings) > 0 && (c.gravest == finding.Note || c.Rule == check.EscapeRule) && !c.specific {
		c.Findings = c.Findings[:0]
	}
	switch {
	case len(c.Findings) > 0 && len(c.Symptoms) > 0:
		c.Basis = Both
	case len(c.Findings) > 0:
		c.Basis = FindingOnly
	case len(c.Symptoms) > 0:
		c.Basis = SymptomOnly
		return c.specific || !judged
	default:
		return false
	}
	return true
}

// likelier orders causes: by what speaks for them, then by their symptoms, then by their findings.
func likelier(a, b Cause) int {
	order := []Basis{Both, FindingOnly, SymptomOnly}
	return cmp.Or(
		cmp.Compare(slices.Index(order, a.Basis), slices.Index(order, b.Basis)),
		cmp.Compare(b.Score, a.Score),
		a.gravest.Compare(b.gravest),
		cmp.Compare(a.rank, b.rank),
	)
}

// withoutExplained leaves out, if a rule has a telling symptom and finds its fault, rules that judged the object and found none,
// and rules that have only the symptoms of those that found one.
func withoutExplained(all []Cause) []Cause {
	explained, certain := map[string]bool{}, false
	for _, cause := range all {
		if cause.Basis == Both {
			certain = certain || cause.specific
			for _, sign := range cause.Symptoms {
				explained[sign.Symptom] = true
			}
		}
	}
	return slices.DeleteFunc(all, func(cause Cause) bool {
		unexplained := slices.ContainsFunc(cause.Symptoms, func(sign Sign) bool { return !explained[sign.Symptom] })
		return cause.Basis == SymptomOnly && (certain && cause.Silent || !unexplained)
	})
}
