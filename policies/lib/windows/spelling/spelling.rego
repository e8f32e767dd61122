# METADATA
# title: What a misspelt name means
# description: |
#   Two names are compared by the pairs of letters that stand side by side in them, whatever the case of the letters. The
#   likeness is the share of the pairs that both names have (the Sørensen-Dice coefficient).
package lib.windows.spelling

# The name of a set that a word is most like: closest("runAsUsername", {"hostProcess", "runAsUserName"}) is
# "runAsUserName". It is undefined if the word is like none of them.
closest(word, names) := max({[likeness, name] |
	some name in names
	likeness := _likeness(_pairs(word), _pairs(name))
	likeness > 0.45
})[1]

# Whether two names differ only in case, dashes and underscores.
same(one, other) if _letters(one) == _letters(other)

_likeness(one, other) := (2 * count(one & other)) / (count(one) + count(other))

_pairs(word) := {substring(text, start, 2) | some start in numbers.range(0, count(text) - 2)} if {
	text := _letters(word)
	count(text) > 1
	count(text) < 64
}

_letters(word) := regex.replace(lower(word), `[-_ ]`, "")
