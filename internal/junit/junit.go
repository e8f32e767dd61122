// Package junit writes JUnit's XML in the form that CI systems read.
package junit

import (
	"encoding/xml"
	"fmt"
	"io"
)

// Suite is a group of cases. Write counts them.
type Suite struct {
	Name     string `xml:"name,attr"`
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Cases    []Case `xml:"testcase"`
}

// Case is one test. It passed if it has no outcome.
type Case struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr,omitempty"`
	Line    int      `xml:"line,attr,omitempty"`
	Failure *Outcome `xml:"failure"`
	Error   *Outcome `xml:"error"`
	Skipped *Outcome `xml:"skipped"`
}

// Outcome says why a case did not pass.
type Outcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"` // skipped cases have none
	Text    string `xml:",chardata"`
}

// Write writes suites as one document, and counts their cases.
func Write(out io.Writer, suites []Suite) error {
	document := struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		Suites  []Suite  `xml:"testsuite"`
	}{Name: "winpolicy"}
	for _, one := range suites {
		document.Suites = append(document.Suites, one.counted())
	}
	text, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "%s%s\n", xml.Header, text)
	return err
}

func (s Suite) counted() Suite {
	s.Tests = len(s.Cases)
	for _, one := range s.Cases {
		switch {
		case one.Failure != nil:
			s.Failures++
		case one.Error != nil:
			s.Errors++
		case one.Skipped != nil:
			s.Skipped++
		}
	}
	return s
}
