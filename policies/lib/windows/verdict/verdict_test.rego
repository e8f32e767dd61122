package lib.windows.verdict_test

import data.lib.windows.config
import data.lib.windows.testing_test as testing
import data.lib.windows.verdict

_found := {
	"msg": "spec.hostPID: says (a-rule)",
	"details": {"rule": "a-rule", "severity": "warn", "field": "spec.hostPID", "container": "web"},
}

test_on[name] if {
	some name, tc in {
		"by itself": {"config": {}, "extra": {}, "want": true},
		"not where its METADATA says so": {"config": {}, "extra": {"enabled": false}, "want": false},
		"where it is switched on": {
			"config": {"rules": {"a-rule": {"enabled": true}}},
			"extra": {"enabled": false},
			"want": true,
		},
		"not where it is switched off": {"config": {"rules": {"a-rule": {"enabled": false}}}, "extra": {}, "want": false},
		"where another is switched off": {"config": {"rules": {"b-rule": {"enabled": false}}}, "extra": {}, "want": true},
		"where the switch is no boolean": {"config": {"rules": {"a-rule": {"enabled": "no"}}}, "extra": {}, "want": true},
		"where the rules are a list": {"config": {"rules": ["a-rule"]}, "extra": {}, "want": true},
	}
	got := {true | verdict.on(object.union(_found, tc.extra))} with config as tc.config
	got == {true | tc.want}
}

test_yields[name] if {
	some name, tc in {
		"as METADATA says": {},
		"to a graver finding": {"other": {"severity": "deny"}},
		"to a finding about the whole object": {"other_lacks": ["container"]},
		"not without METADATA": {"yieldsTo": [], "want": false},
		"not to another rule": {"yieldsTo": ["c-rule"], "want": false},
		"not to a finding about another container": {"other": {"container": "sidecar"}, "want": false},
		"not from the object to a container": {"lacks": ["container"], "want": false},
		"not to a less grave finding": {"other": {"severity": "note"}, "want": false},
		"not to a rule that is off": {"config": {"rules": {"b-rule": {"enabled": false}}}, "want": false},
		"not to a rule that is regraded below it": {"config": {"rules": {"b-rule": {"severity": "note"}}}, "want": false},
		"not if it is regraded above the other": {"config": {"rules": {"a-rule": {"severity": "deny"}}}, "want": false},
		"not to a finding that is excepted": {"config": {"exceptions": [{"rule": "b-rule"}]}, "want": false},
		"if it is excepted itself": {"config": {"exceptions": [{"rule": "a-rule"}]}},
	}
	found := {
		"msg": _found.msg,
		"details": object.remove(_found.details, object.get(tc, "lacks", [])),
		"yieldsTo": object.get(tc, "yieldsTo", ["b-rule"]),
	}
	details := object.union(_found.details, object.union({"rule": "b-rule"}, object.get(tc, "other", {})))
	other := {"msg": _found.msg, "details": object.remove(details, object.get(tc, "other_lacks", []))}
	got := {true | verdict.yields(found, other)} with input as _pod with config as object.get(tc, "config", {})
	got == {true | object.get(tc, "want", true)}
}

test_a_finding_without_yields_to_yields_to_none if {
	not verdict.yields(_found, object.union(_found, {"details": {"rule": "b-rule"}}))
}

test_severity[name] if {
	some name, tc in {
		"its own": {"rule": {}, "want": "warn"},
		"graded up": {"rule": {"severity": "deny"}, "want": "deny"},
		"graded down": {"rule": {"severity": "note"}, "want": "note"},
		"its own where the grade is unknown": {"rule": {"severity": "error"}, "want": "warn"},
		"its own where the grade is no text": {"rule": {"severity": false}, "want": "warn"},
		"its own where the rule is no object": {"rule": "deny", "want": "warn"},
	}
	got := verdict.reported(_found) with config as {"rules": {"a-rule": tc.rule}}
	got == object.union(_found, {"details": {"severity": tc.want}})
}

# The pod of the Deployment "web", as its ReplicaSet makes it.
_pod := object.union(testing.windows_pod({}), {"metadata": {
	"name": "web-5d4f8-x",
	"labels": {"pod-template-hash": "5d4f8"},
	"ownerReferences": [
		{"kind": "Other", "name": "other"},
		{"kind": "ReplicaSet", "name": "web-5d4f8", "controller": true},
	],
}})

_job_pod := object.union(testing.windows_pod({}), {"metadata": {
	"name": "backup-28391234-x",
	"ownerReferences": [{"kind": "Job", "name": "backup-28391234", "controller": true}],
}})

test_an_exception_covers[name] if {
	some name, tc in {
		"all of its rule": {"exception": {}, "want": true},
		"nothing of another rule": {"exception": {"rule": "b-rule"}, "want": false},
		"the object": {"exception": {"kind": "Pod", "name": "web-5d4f8-x"}, "want": true},
		"by globs": {"exception": {"kind": "P?d", "name": "web-*", "namespace": "{shop,market}"}, "want": true},
		"its controller": {"exception": {"kind": "ReplicaSet", "name": "web-5d4f8"}, "want": true},
		"the Deployment of its controller": {"exception": {"kind": "Deployment", "name": "web"}, "want": true},
		"no owner that is not its controller": {"exception": {"kind": "Other"}, "want": false},
		"no kind of one and name of another": {"exception": {"kind": "Deployment", "name": "web-5d4f8"}, "want": false},
		"another name": {"exception": {"name": "api"}, "want": false},
		"another namespace": {"exception": {"namespace": "market"}, "want": false},
		"its namespace": {"exception": {"namespace": "shop"}, "want": true},
		"its container": {"exception": {"container": "web"}, "want": true},
		"another container": {"exception": {"container": "sidecar*"}, "want": false},
		"nothing where a glob is no text": {"exception": {"name": 1}, "want": false},
		"nothing where a glob is none": {"exception": {"name": "["}, "want": false},
	}
	exception := object.union({"rule": "a-rule", "reason": "because"}, tc.exception)
	got := verdict.exceptions(_found) with input as _pod with config as {"exceptions": [exception]}
	got == [exception | tc.want]
}

test_an_exception_of_a_cron_job_covers_the_pods_of_its_jobs[name] if {
	some name, tc in {
		"of the CronJob": {"kind": "CronJob", "cron_job": "backup", "want": 1},
		"of another": {"kind": "CronJob", "cron_job": "restore", "want": 0},
		"of the Job": {"kind": "Job", "cron_job": "backup-28391234", "want": 1},
	}
	exceptions := [{"rule": "a-rule", "kind": tc.kind, "name": tc.cron_job}]
	got := verdict.exceptions(_found) with input as _job_pod with config as {"exceptions": exceptions}
	count(got) == tc.want
}

test_an_exception_for_a_container_covers_no_finding_about_the_pod if {
	about_pod := object.union(object.remove(_found, ["details"]), {"details": object.remove(_found.details, ["container"])})
	exceptions := [{"rule": "a-rule", "container": "web"}]
	got := verdict.exceptions(about_pod) with input as _pod with config as {"exceptions": exceptions}
	got == []
}

test_exceptions_that_are_none[name] if {
	some name, exceptions in {
		"no list": {"rule": "a-rule"},
		"without a rule": [{"kind": "Pod"}],
		"texts": ["a-rule"],
		"null": null,
	}
	got := verdict.exceptions(_found) with input as _pod with config as {"exceptions": exceptions}
	got == []
}

_noon := time.parse_rfc3339_ns("2027-03-31T12:00:00Z")

_last := time.parse_rfc3339_ns("2027-03-31T23:59:59Z")

_first := time.parse_rfc3339_ns("2027-04-01T00:00:00Z")

test_an_exception_holds[name] if {
	some name, tc in {
		"for ever without a last day": {"expires": {}, "now": _first, "want": true},
		"on its last day": {"expires": {"expires": "2027-03-31"}, "now": _noon, "want": true},
		"to the end of that": {"expires": {"expires": "2027-03-31"}, "now": _last, "want": true},
		"and no longer": {"expires": {"expires": "2027-03-31"}, "now": _first, "want": false},
		"to a day that no clock counts to in nanoseconds": {
			"expires": {"expires": "9999-12-31"},
			"now": _first,
			"want": true,
		},
		"never where the day is none": {"expires": {"expires": "soon"}, "now": _noon, "want": false},
		"never where the day is no text": {"expires": {"expires": 20270331}, "now": _noon, "want": false},
		"never where the day is null": {"expires": {"expires": null}, "now": _noon, "want": false},
	}
	exception := object.union({"rule": "a-rule"}, tc.expires)
	got := verdict.exceptions(_found) with input as _pod
		with config as {"exceptions": [exception]}
		with time.now_ns as tc.now
	got == [exception | tc.want]
}

test_a_finding_tells_of_an_exception_that_ran_out[name] if {
	some name, tc in {
		"not while it holds": {"exceptions": [{"rule": "a-rule", "expires": "2027-04-01"}], "want": _found.msg},
		"when it has": {
			"exceptions": [{"rule": "a-rule", "expires": "2027-03-31"}],
			"want": "spec.hostPID: says (a-rule, exception expired 2027-03-31)",
		},
		"the last of several": {
			"exceptions": [{"rule": "a-rule", "expires": "2027-03-31"}, {"rule": "a-rule", "expires": "2026-01-01"}],
			"want": "spec.hostPID: says (a-rule, exception expired 2027-03-31)",
		},
		"not where another holds": {
			"exceptions": [{"rule": "a-rule", "expires": "2027-03-31"}, {"rule": "a-rule"}],
			"want": _found.msg,
		},
		"not of another rule's": {"exceptions": [{"rule": "b-rule", "expires": "2027-03-31"}], "want": _found.msg},
	}
	got := verdict.reported(_found) with input as _pod
		with config as {"exceptions": tc.exceptions}
		with time.now_ns as _first
	got == {"msg": tc.want, "details": _found.details}
}

test_an_object_without_namespace[name] if {
	some name, tc in {
		"is in none that is named": {"exception": {"namespace": "default"}, "want": 0},
		"is in any": {"exception": {"namespace": "*"}, "want": 1},
	}
	exceptions := [object.union({"rule": "a-rule"}, tc.exception)]
	got := verdict.exceptions(_found) with config as {"exceptions": exceptions}
		with input as object.union(object.remove(_pod, ["metadata"]), {"metadata": {"name": "web"}})
	count(got) == tc.want
}
