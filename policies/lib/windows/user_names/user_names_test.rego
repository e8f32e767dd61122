package lib.windows.user_names_test

import data.lib.windows.user_names

# The vectors of the API server's own test, TestValidateWindowsSecurityContextOptions, are among them.
test_valid[name] if {
	some name in [
		"Container. User",
		`Network Service\Container. User`,
		concat("", [_repeat("fOo", 20), `.liSH\Container. User`]),
		concat("", [_repeat("fOo", 20), `.l\Container. User`]),
		concat("", [_repeat("a", 42), `\Container. User`]),
		"ContainerAdministrator",
		"ContainerUser",
		`NT AUTHORITY\SYSTEM`,
		`NT AUTHORITY\Local service`,
		`User Manager\ContainerAdministrator`,
		`contoso\web$`,
		"a",
		".a",
		"a b",
		"user'with{odd}(marks)!#%&~^`",
		_repeat("a", 104),
		_repeat("é", 52),
		concat("", ["a", "\u0085"]),
		concat("", [_repeat("a", 15), `\user`]),
		concat("", [_repeat("ü", 15), `\user`]),
		concat("", [_repeat("a", 63), `\user`]),
		concat("", [_longest_domain, `\user`]),
		`-dash\user`,
		`dot.\user`,
		` space \user`,
	]
	user_names.errors(name) == set()
}

test_invalid[name] if {
	domain := "the domain is not a NetBIOS or DNS name"
	some name, want in {
		"": {"the name is empty"},
		"Container\tUser": {"the name has control characters"},
		"\u007f": {"the name has control characters"},
		"\u0000\\\\": {"the name has control characters"},
		`Container\Foo\Lish`: {"the name has more than one backslash"},
		`\\`: {"the name has more than one backslash"},
		`\User`: {domain},
		`Container\`: {"the user is empty"},
		`\`: {domain, "the user is empty"},
		concat("", ["NetBios ", _repeat("a", 8), `\user`]): {domain},
		concat("", [_too_long_a_domain, `\user`]): {"the domain has 256 bytes or more"},
		concat("", [_longest_domain, "d", `\user`]): {"the domain has 256 bytes or more", domain},
		concat("", [_repeat("é", 128), `\user`]): {"the domain has 256 bytes or more", domain},
		_repeat("a", 105): {"the user has more than 104 bytes"},
		_repeat("é", 53): {"the user has more than 104 bytes"},
		"... ...": {"the user has only periods and spaces"},
		_repeat(".", 105): {"the user has more than 104 bytes", "the user has only periods and spaces"},
		`.FooLish\User`: {domain},
		`Foo? Lish?\User`: {domain},
		concat("", [_repeat("a", 32), `.com-\user`]): {domain},
		concat("", [_repeat("a", 64), `\user`]): {domain},
		`a..b/\user`: {domain},
		"Container/User": {`the user has one of "/:;|=,+*?<>@[]`},
		`a:b\c:d`: {domain, `the user has one of "/:;|=,+*?<>@[]`},
	}
	user_names.errors(name) == want
}

test_invalid_characters[character] if {
	some character in split(`"/:;|=,+*?<>@[]`, "")
	user_names.errors(concat("", ["a", character, "b"])) == {`the user has one of "/:;|=,+*?<>@[]`}
}

test_user[name] if {
	some name, want in {"web": "web", `contoso\web`: "web", `contoso\`: "", `\web`: "web", "": ""}
	user_names.user(name) == want
}

test_bytes[text] if {
	some text, want in {"": 0, "a": 1, "é": 2, "€uro": 6, "😀": 4, "a\u0000": 2}
	user_names.bytes(text) == want
}

# As long as a DNS name of whole labels can be and still be a domain: 255 bytes.
_longest_domain := concat(".", [_repeat("a", 63), _repeat("b", 63), _repeat("c", 63), _repeat("d", 63)])

_too_long_a_domain := concat(".", [_repeat("a", 63), _repeat("b", 63), _repeat("c", 63), _repeat("d", 61), "com"])

_repeat(text, times) := concat("", [text | some _ in numbers.range(1, times)])
