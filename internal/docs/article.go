// Package docs writes the documentation that is made from the rules: the text of `winpolicy explain`, a page for each
// rule, the indexes by field and by symptom, and the page on coverage.
package docs

// Article describes one rule. `explain` prints it, and the rule's page shows it with its findings.
type Article struct {
	ID       string
	Title    string
	Why      string
	Parts    []Part
	Examples []Example
	Findings []Row   // only on a page: the samples are judged for it
	Repair   *Repair // likewise; nil if no finding has a fix
}

// Part is a heading and what stands below it.
type Part struct {
	Name  string
	Items []Item
	Long  bool // has its own heading on a page
}

// Item is one line of a Part: a piece of code, what is said of it, or both; or the address of a page.
type Item struct {
	Code, Text, URL string
}

// Example is a piece of YAML.
type Example struct {
	Name string
	Text string // what stands before it
	YAML string // ends with a newline
}
