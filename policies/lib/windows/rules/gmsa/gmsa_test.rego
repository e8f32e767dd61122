package lib.windows.rules.gmsa_test

import data.lib.windows.rules.gmsa
import data.lib.windows.testing_test as testing

_contents := `{"CmsPlugins": ["ActiveDirectory"]}`

_malformed := "no name of a GMSACredentialSpec: write letters in lower case, digits, - and ."

_too_long := "no name of a GMSACredentialSpec: it has at most 253 characters"

_nameless := "the gMSA webhook refuses contents without gmsaCredentialSpecName; set that"

_copied := "fails once the GMSACredentialSpec changes; leave the contents to the webhook"

_no_effect := "has no effect on HostProcess containers, which run as the node; remove it"

# The API server checks the name whatever the OS.
test_names[name] if {
	some value, says in {
		"": {_malformed},
		"not_a-valid-name": {_malformed},
		"gmsa-WebApp1": {_malformed},
		"-web": {_malformed},
		"web.": {_malformed},
		"web..app": {_malformed},
		"wéb": {_malformed},
		"web\n": {_malformed},
		_repeat("a", 254): {_too_long},
		_repeat("A", 254): {_malformed, _too_long},
		_repeat("é", 127): {_malformed, _too_long},
		"web": set(),
		"0": set(),
		"web-1.contoso.com": set(),
		_repeat("a", 253): set(),
	}
	some title, manifest in _pods({"gmsaCredentialSpecName": value})
	name := sprintf("%s: %q", [title, value])
	got := gmsa.finding with input as manifest
	got == {_denied("gmsaCredentialSpecName", text) | some text in says}
}

test_contents[name] if {
	empty := "it is empty; remove it"
	long := "it has more than 64 KiB; name a GMSACredentialSpec instead"
	some title, tc in {
		"empty": {"contents": "", "want": {empty}},
		"64 KiB": {"contents": _kibibytes("a", 64), "want": set()},
		"64 KiB and a byte": {"contents": concat("", [_kibibytes("a", 64), "a"]), "want": {long}},
		"64 KiB of two-byte letters": {"contents": _kibibytes("é", 32), "want": set()},
		"64 KiB of two-byte letters and one more": {"contents": concat("", [_kibibytes("é", 32), "a"]), "want": {long}},
	}
	some os, manifest in _pods({"gmsaCredentialSpecName": "web", "gmsaCredentialSpec": tc.contents})
	name := sprintf("%s: %s", [os, title])
	got := gmsa.finding with input as manifest
	got == {_denied("gmsaCredentialSpec", text) | some text in tc.want}
}

test_contents_without_a_name[name] if {
	some name, tc in {
		"of the pod": {
			"fields": _saying({"gmsaCredentialSpec": _contents}),
			"want": {_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {})},
		},
		"beside a name that is null": {
			"fields": _saying({"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": null}),
			"want": {_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {})},
		},
		"of a container, whose pod's name does not hold for it": {
			"fields": object.union(
				_saying({"gmsaCredentialSpecName": "web"}),
				{"containers": [{"name": "a"}, _container("b", {"gmsaCredentialSpec": _contents})]},
			),
			"want": {_warned(
				"spec.containers[1].securityContext.windowsOptions.gmsaCredentialSpec",
				_nameless,
				{"container": "b"},
			)},
		},
		"beside a name": {
			"fields": _saying({"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": "web"}),
			"want": set(),
		},
		"empty contents, which the API server refuses": {
			"fields": _saying({"gmsaCredentialSpec": ""}),
			"want": {_denied("gmsaCredentialSpec", "it is empty; remove it")},
		},
		"null contents": {"fields": _saying({"gmsaCredentialSpec": null}), "want": set()},
		"contents of the wrong type": {"fields": _saying({"gmsaCredentialSpec": {"a": 1}}), "want": set()},
	}
	got := gmsa.finding with input as testing.windows_pod(tc.fields)
	got == tc.want
}

# In a Pod they are the webhook's.
test_contents_beside_a_name_in_a_workload[name] if {
	both := {"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": "web"}
	some name, tc in {
		"of the pod": {
			"fields": _saying(both),
			"want": {_warned("spec.template.spec.securityContext.windowsOptions.gmsaCredentialSpec", _copied, {})},
		},
		"of an init container": {
			"fields": {"initContainers": [_container("a", both)]},
			"want": {_warned(
				"spec.template.spec.initContainers[0].securityContext.windowsOptions.gmsaCredentialSpec",
				_copied,
				{"container": "a"},
			)},
		},
		"contents without a name": {
			"fields": _saying({"gmsaCredentialSpec": _contents}),
			"want": {_warned("spec.template.spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {})},
		},
		"no contents": {"fields": _saying({"gmsaCredentialSpecName": "web"}), "want": set()},
		"null contents": {
			"fields": _saying({"gmsaCredentialSpecName": "web", "gmsaCredentialSpec": null}),
			"want": set(),
		},
	}
	got := gmsa.finding with input as testing.deployment(object.union(testing.windows, tc.fields))
	got == tc.want
}

test_host_process[name] if {
	some name, tc in {
		"the pod names one, said once": {
			"fields": object.union(_hosting({"gmsaCredentialSpecName": "web"}), {"containers": [{"name": "a"}, {"name": "b"}]}),
			"want": {_warned("spec.securityContext.windowsOptions.gmsaCredentialSpecName", _no_effect, {})},
		},
		"the pod has contents": {
			"fields": _hosting({"gmsaCredentialSpecName": null, "gmsaCredentialSpec": _contents}),
			"want": {
				_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _no_effect, {}),
				_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {}),
			},
		},
		"a container names one": {
			"fields": object.union(_hosting({}), {"containers": [_container("a", {"gmsaCredentialSpecName": "web"})]}),
			"want": {_warned(
				"spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpecName",
				_no_effect,
				{"container": "a"},
			)},
		},
		"nobody names one": {"fields": _hosting({"gmsaCredentialSpecName": null}), "want": set()},
	}
	got := gmsa.finding with input as testing.windows_pod(object.union({"hostNetwork": true}, tc.fields))
	got == tc.want
}

test_advice_is_for_windows_alone[name] if {
	some title, options in {
		"contents": {"gmsaCredentialSpec": _contents},
		"contents and a name": {"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": "web"},
		"HostProcess and a name": {"hostProcess": true, "gmsaCredentialSpecName": "web"},
	}
	name := sprintf("linux: %s", [title])
	got := gmsa.finding with input as testing.deployment(object.union(
		{"os": {"name": "linux"}, "containers": [{"name": "app"}]},
		_saying(options),
	))
	got == set()
}

test_inferred if {
	got := gmsa.finding with input as testing.inferred_pod(_saying({"gmsaCredentialSpec": _contents}))
	got == {_warned(
		"spec.securityContext.windowsOptions.gmsaCredentialSpec",
		_nameless,
		{"because": "nodeSelector kubernetes.io/os is windows"},
	)}
}

test_silent[name] if {
	some name, manifest in {
		"nothing": testing.windows_pod({}),
		"null options": testing.windows_pod({"securityContext": {"windowsOptions": null}}),
		"names of the wrong type": testing.windows_pod(_saying({"gmsaCredentialSpecName": 5})),
		"a user": testing.windows_pod(_saying({"runAsUserName": "ContainerUser"})),
		"HostProcess": testing.pod(testing.host_process),
		"a null spec": testing.pod(null),
	}
	got := gmsa.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"windowsOptions": {"spec": _saying({}), "want": {true}},
		"nothing": {"spec": {"containers": [{"name": "app"}]}, "want": set()},
	}
	got := {true | gmsa.applies} with input as testing.pod(tc.spec)
	got == tc.want
}

_pods(options) := {
	"declared": testing.windows_pod(_saying(options)),
	"of Linux": testing.pod(object.union({"os": {"name": "linux"}}, _saying(options))),
	"of no known OS": testing.pod(_saying(options)),
}

_saying(options) := {"securityContext": {"windowsOptions": options}}

_hosting(options) := _saying(object.union({"hostProcess": true}, options))

_container(name, options) := object.union(_saying(options), {"name": name})

_repeat(text, times) := concat("", [text | some _ in numbers.range(1, times)])

_kibibytes(text, count_of_them) := _repeat(_repeat(text, 1024), count_of_them)

_denied(name, says) := testing.expected(
	"deny",
	"gmsa",
	{"field": concat(".", ["spec.securityContext.windowsOptions", name]), "says": says},
	{"enforcedBy": "apiserver", "because": sprintf("windowsOptions.%s is set", [name])},
)

_warned(field, says, more) := testing.expected(
	"warn",
	"gmsa",
	{"field": field, "says": says},
	object.union({"enforcedBy": "advice"}, more),
)
