package lib.windows.rules.gmsa_test

import data.lib.windows.rules.gmsa
import data.lib.windows.testing_test as testing

_contents := `{"CmsPlugins": ["ActiveDirectory"]}`

_malformed := `Not a valid GMSACredentialSpec name. Use lower-case letters, digits, "-" and ".".`

_too_long := "The name exceeds 253 characters, so the API server rejects it. Use a shorter name."

_nameless := "The gMSA webhook rejects contents without a name. Set gmsaCredentialSpecName."

_copied := "This copy fails when the GMSACredentialSpec changes. Leave the contents to the webhook."

_no_effect := "HostProcess containers run as the node, so this has no effect. Remove the field."

# The API server checks the name on pods of every OS.
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
	empty := "The value is empty, so the API server rejects the pod. Remove the field."
	long := "The API server rejects contents over 64 KiB. Name a GMSACredentialSpec instead."
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
		"in the pod": {
			"fields": _with_options({"gmsaCredentialSpec": _contents}),
			"want": {_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {})},
		},
		"with a null name": {
			"fields": _with_options({"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": null}),
			"want": {_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {})},
		},
		"in a container of a pod with a name": {
			"fields": object.union(
				_with_options({"gmsaCredentialSpecName": "web"}),
				{"containers": [{"name": "a"}, _container("b", {"gmsaCredentialSpec": _contents})]},
			),
			"want": {_warned(
				"spec.containers[1].securityContext.windowsOptions.gmsaCredentialSpec",
				_nameless,
				{"container": "b"},
			)},
		},
		"with a name": {
			"fields": _with_options({"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": "web"}),
			"want": set(),
		},
		"empty contents": {
			"fields": _with_options({"gmsaCredentialSpec": ""}),
			"want": {_denied("gmsaCredentialSpec", "The value is empty, so the API server rejects the pod. Remove the field.")},
		},
		"null contents": {"fields": _with_options({"gmsaCredentialSpec": null}), "want": set()},
		"contents of the wrong type": {"fields": _with_options({"gmsaCredentialSpec": {"a": 1}}), "want": set()},
	}
	got := gmsa.finding with input as testing.windows_pod(tc.fields)
	got == tc.want
}

# In a Pod, the webhook adds the contents.
test_contents_beside_a_name_in_a_workload[name] if {
	both := {"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": "web"}
	some name, tc in {
		"in the pod": {
			"fields": _with_options(both),
			"want": {_warned("spec.template.spec.securityContext.windowsOptions.gmsaCredentialSpec", _copied, {})},
		},
		"in an init container": {
			"fields": {"initContainers": [_container("a", both)]},
			"want": {_warned(
				"spec.template.spec.initContainers[0].securityContext.windowsOptions.gmsaCredentialSpec",
				_copied,
				{"container": "a"},
			)},
		},
		"contents without a name": {
			"fields": _with_options({"gmsaCredentialSpec": _contents}),
			"want": {_warned("spec.template.spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {})},
		},
		"no contents": {"fields": _with_options({"gmsaCredentialSpecName": "web"}), "want": set()},
		"null contents": {
			"fields": _with_options({"gmsaCredentialSpecName": "web", "gmsaCredentialSpec": null}),
			"want": set(),
		},
	}
	got := gmsa.finding with input as testing.deployment(object.union(testing.windows, tc.fields))
	got == tc.want
}

test_host_process[name] if {
	some name, tc in {
		"the pod has a name and two containers": {
			"fields": object.union(_host_process({"gmsaCredentialSpecName": "web"}), {"containers": [{"name": "a"}, {"name": "b"}]}),
			"want": {_warned("spec.securityContext.windowsOptions.gmsaCredentialSpecName", _no_effect, {})},
		},
		"the pod has contents": {
			"fields": _host_process({"gmsaCredentialSpecName": null, "gmsaCredentialSpec": _contents}),
			"want": {
				_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _no_effect, {}),
				_warned("spec.securityContext.windowsOptions.gmsaCredentialSpec", _nameless, {}),
			},
		},
		"a container has a name": {
			"fields": object.union(_host_process({}), {"containers": [_container("a", {"gmsaCredentialSpecName": "web"})]}),
			"want": {_warned(
				"spec.containers[0].securityContext.windowsOptions.gmsaCredentialSpecName",
				_no_effect,
				{"container": "a"},
			)},
		},
		"a null name": {"fields": _host_process({"gmsaCredentialSpecName": null}), "want": set()},
	}
	got := gmsa.finding with input as testing.windows_pod(object.union({"hostNetwork": true}, tc.fields))
	got == tc.want
}

test_advice_is_only_for_windows[name] if {
	some title, options in {
		"contents": {"gmsaCredentialSpec": _contents},
		"contents and a name": {"gmsaCredentialSpec": _contents, "gmsaCredentialSpecName": "web"},
		"HostProcess and a name": {"hostProcess": true, "gmsaCredentialSpecName": "web"},
	}
	name := sprintf("linux: %s", [title])
	got := gmsa.finding with input as testing.deployment(object.union(
		{"os": {"name": "linux"}, "containers": [{"name": "app"}]},
		_with_options(options),
	))
	got == set()
}

test_inferred if {
	got := gmsa.finding with input as testing.inferred_pod(_with_options({"gmsaCredentialSpec": _contents}))
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
		"names of the wrong type": testing.windows_pod(_with_options({"gmsaCredentialSpecName": 5})),
		"a user": testing.windows_pod(_with_options({"runAsUserName": "ContainerUser"})),
		"HostProcess": testing.pod(testing.host_process),
		"a null spec": testing.pod(null),
	}
	got := gmsa.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"windowsOptions": {"spec": _with_options({}), "want": {true}},
		"nothing": {"spec": {"containers": [{"name": "app"}]}, "want": set()},
	}
	got := {true | gmsa.applies} with input as testing.pod(tc.spec)
	got == tc.want
}

_pods(options) := {
	"declared": testing.windows_pod(_with_options(options)),
	"a Linux pod": testing.pod(object.union({"os": {"name": "linux"}}, _with_options(options))),
	"a pod with an unknown OS": testing.pod(_with_options(options)),
}

_with_options(options) := {"securityContext": {"windowsOptions": options}}

_host_process(options) := _with_options(object.union({"hostProcess": true}, options))

_container(name, options) := object.union(_with_options(options), {"name": name})

_repeat(text, times) := concat("", [text | some _ in numbers.range(1, times)])

_kibibytes(text, kibibytes) := _repeat(_repeat(text, 1024), kibibytes)

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
