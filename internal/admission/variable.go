package admission

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

var (
	reference = regexp.MustCompile(`\bvariables\.(\w+)`)
	theObject = regexp.MustCompile(`\bobject\b`)
)

// composer collects the variables that expressions use, each after those that it uses itself.
type composer struct {
	source   *Source
	literals map[string]string // of the configuration
	done     map[string]bool
	busy     map[string]bool
	before   map[string]string // how to refer to a variable of the object before an update
	all      []Expression
}

func (s *Source) composer(settings Settings) (*composer, error) {
	literals, err := s.literals(settings)
	return &composer{source: s, literals: literals, done: map[string]bool{}, busy: map[string]bool{}, before: map[string]string{}}, err
}

// Variables returns the variables that expressions use, in an order in which each is defined before its use.
func (s *Source) Variables(settings Settings, expressions ...string) ([]Expression, error) {
	composer, err := s.composer(settings)
	if err != nil {
		return nil, err
	}
	for _, expression := range expressions {
		if err := composer.use(expression); err != nil {
			return nil, err
		}
	}
	return composer.all, nil
}

// use adds the variables of an expression.
func (c *composer) use(expression string) error {
	for _, found := range reference.FindAllStringSubmatch(expression, -1) {
		if err := c.add(found[1]); err != nil {
			return err
		}
	}
	return nil
}

func (c *composer) add(name string) error {
	if c.done[name] {
		return nil
	}
	expression, ok := c.literals[name]
	if !ok {
		expression, ok = c.source.variables[name]
	}
	switch {
	case !ok:
		return fmt.Errorf("variables.%s has no definition", name)
	case c.busy[name]:
		return fmt.Errorf("variables.%s uses itself", name)
	}
	c.busy[name] = true
	if err := c.use(expression); err != nil {
		return fmt.Errorf("variables.%s: %w", name, err)
	}
	c.define(name, expression)
	return nil
}

func (c *composer) define(name, expression string) {
	c.done[name] = true
	c.all = append(c.all, Expression{name, expression})
}

// addOld adds a variable for the object before an update, and the variables for that object that it uses. The result is the
// reference to it, or to the variable itself if that does not depend on the object.
func (c *composer) addOld(name string) string {
	if known, ok := c.before[name]; ok {
		return known
	}
	expression := c.expression(name)
	before := reference.ReplaceAllStringFunc(theObject.ReplaceAllString(expression, "oldObject"), func(text string) string {
		return c.addOld(strings.TrimPrefix(text, "variables."))
	})
	c.before[name] = "variables." + name
	if before != expression {
		c.before[name] = "variables." + old(name)
		c.define(old(name), before)
	}
	return c.before[name]
}

// used returns the variables that some texts use, and those that these use.
func (c *composer) used(texts ...string) []Expression {
	all := strings.Join(texts, "\n")
	var kept []Expression
	for _, variable := range slices.Backward(c.all) {
		if regexp.MustCompile(`\bvariables\.` + variable.Name + `\b`).MatchString(all) {
			kept = append(kept, variable)
			all += "\n" + variable.Expression
		}
	}
	slices.Reverse(kept)
	return kept
}

// expression returns the expression of a variable that is there.
func (c *composer) expression(name string) string {
	for _, variable := range c.all {
		if variable.Name == name {
			return variable.Expression
		}
	}
	return ""
}

func old(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return "old" + string(unicode.ToUpper(first)) + name[size:]
}
