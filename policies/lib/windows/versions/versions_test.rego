package lib.windows.versions_test

import data.lib.windows.versions

test_older[name] if {
	some name, tc in {
		"a smaller patch": {"one": "1.7.2", "other": "1.7.24", "want": true},
		"ten is more than nine": {"one": "1.9.0", "other": "1.10.0", "want": true},
		"a release candidate": {"one": "1.6.0-rc.1", "other": "1.6.0", "want": true},
		"with a scheme": {"one": "containerd://1.3.9", "other": "1.4.0", "want": true},
		"with a scheme and a vendor": {"one": "containerd://1.7.24+azure", "other": "1.7.25", "want": true},
		"with a letter": {"one": "v1.29.9", "other": "v1.30.0", "want": true},
		"without a patch": {"one": "1.3", "other": "1.4", "want": true},
		"a version of Mirantis": {"one": "docker://25.0.3m1", "other": "25.0.4", "want": true},
		"the same": {"one": "1.7.24", "other": "1.7.24", "want": false},
		"the same, of a vendor": {"one": "containerd://1.7.24+azure", "other": "1.7.24", "want": false},
		"the same, with a hyphen in the vendor": {"one": "1.7.24+azure-2", "other": "1.7.24", "want": false},
		"newer": {"one": "2.0.0", "other": "1.7.24", "want": false},
		"a release after its candidate": {"one": "1.6.0", "other": "1.6.0-rc.1", "want": false},
		"empty": {"one": "", "other": "1.7.24", "want": false},
		"only a scheme": {"one": "containerd://", "other": "1.7.24", "want": false},
		"a word": {"one": "unknown", "other": "1.7.24", "want": false},
		"a number": {"one": 1.3, "other": "1.7.24", "want": false},
		"null": {"one": null, "other": "1.7.24", "want": false},
		"older than a word": {"one": "1.7.24", "other": "latest", "want": false},
		"leading zeros": {"one": "1.07.0", "other": "1.8.0", "want": false},
	}
	got := {true | versions.older(tc.one, tc.other)}
	got == {true | tc.want}
}

test_minor[name] if {
	some name, want in {
		"v1.30.4-eks-a737599": {[1, 30]},
		"1.9": {[1, 9]},
		"v1.31.0-alpha.1": {[1, 31]},
		"v1": set(),
		"": set(),
	}
	got := {pair | pair := versions.minor(name)}
	got == want
}

test_scheme[name] if {
	some name, want in {
		"containerd://1.7.24": "containerd",
		"docker://": "docker",
		"1.7.24": "",
		"": "",
		"a://b://c": "",
	}
	got := versions.scheme(name)
	got == want
}
