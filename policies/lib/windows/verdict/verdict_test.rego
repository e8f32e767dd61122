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
		"by default": {"config": {}, "extra": {}, "want": true},
		"off by its METADATA": {"config": {}, "extra": {"enabled": false}, "want": false},
		"the configuration switches it on": {
			"config": {"rules": {"a-rule": {"enabled": true}}},
			"extra": {"enabled": false},
			"want": true,
		},
		"the configuration switches it off": {"config": {"rules": {"a-rule": {"enabled": false}}}, "extra": {}, "want": false},
		"the configuration switches another rule off": {"config": {"rules": {"b-rule": {"enabled": false}}}, "extra": {}, "want": true},
		"enabled is not a boolean": {"config": {"rules": {"a-rule": {"enabled": "no"}}}, "extra": {}, "want": true},
		"rules is a list": {"config": {"rules": ["a-rule"]}, "extra": {}, "want": true},
	}
	got := {true | verdict.on(object.union(_found, tc.extra))} with config as tc.config
	got == {true | tc.want}
}

test_yields[name] if {
	some name, tc in {
		"the METADATA names the other rule": {},
		"to a finding with a higher severity": {"other": {"severity": "deny"}},
		"to a finding about the whole object": {"other_lacks": ["container"]},
		"not if the METADATA names no rule": {"yieldsTo": [], "want": false},
		"not to another rule": {"yieldsTo": ["c-rule"], "want": false},
		"not to a finding about another container": {"other": {"container": "sidecar"}, "want": false},
		"not from the object to a container": {"lacks": ["container"], "want": false},
		"not to a finding with a lower severity": {"other": {"severity": "note"}, "want": false},
		"not to a rule that is off": {"config": {"rules": {"b-rule": {"enabled": false}}}, "want": false},
		"not to a rule with a lower configured severity": {"config": {"rules": {"b-rule": {"severity": "note"}}}, "want": false},
		"not if its own configured severity is higher": {"config": {"rules": {"a-rule": {"severity": "deny"}}}, "want": false},
		"not to a finding that an exception covers": {"config": {"exceptions": [{"rule": "b-rule"}]}, "want": false},
		"if an exception covers it": {"config": {"exceptions": [{"rule": "a-rule"}]}},
	}
	found := {
		"msg": _found.msg,
		"details": object.remove(_found.details, object.get(tc, "lacks", [])),
		"yieldsTo": object.get(tc, "yieldsTo", ["b-rule"]),
	}
	details := object.union_n([_found.details, {"rule": "b-rule"}, object.get(tc, "other", {})])
	other := {"msg": _found.msg, "details": object.remove(details, object.get(tc, "other_lacks", []))}
	got := {true | verdict.yields(found, other)} with input as _pod with config as object.get(tc, "config", {})
	got == {true | object.get(tc, "want", true)}
}

test_yields_is_false_without_yields_to if {
	not verdict.yields(_found, object.union(_found, {"details": {"rule": "b-rule"}}))
}

test_severity[name] if {
	some name, tc in {
		"not configured": {"rule": {}, "want": "warn"},
		"raised": {"rule": {"severity": "deny"}, "want": "deny"},
		"lowered": {"rule": {"severity": "note"}, "want": "note"},
		"an unknown severity is ignored": {"rule": {"severity": "error"}, "want": "warn"},
		"a severity that is not a string is ignored": {"rule": {"severity": false}, "want": "warn"},
		"a rule that is not an object is ignored": {"rule": "deny", "want": "warn"},
	}
	got := verdict.reported(_found) with config as {"rules": {"a-rule": tc.rule}}
	got == object.union(_found, {"details": {"severity": tc.want}})
}

# The pod of the Deployment "web", as its ReplicaSet makes it.
_pod := object.union(testing.windows_pod({}), {"metadata": {
	"name": "web-5d4f8-x",
	"labels": {"pod-template-hash": "5d4f8"},
	"ownerReferences": [
		{"apiVersion": "example.com/v1", "kind": "Other", "name": "other"},
		{"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4f8", "controller": true},
	],
}})

_job_pod := object.union(testing.windows_pod({}), {"metadata": {
	"name": "backup-28391234-x",
	"ownerReferences": [{"apiVersion": "batch/v1", "kind": "Job", "name": "backup-28391234", "controller": true}],
}})

test_exceptions_that_cover[name] if {
	some name, tc in {
		"all findings of its rule": {"exception": {}, "want": true},
		"not a finding of another rule": {"exception": {"rule": "b-rule"}, "want": false},
		"the object": {"exception": {"kind": "Pod", "name": "web-5d4f8-x"}, "want": true},
		"the object, by globs": {"exception": {"kind": "P?d", "name": "web-*", "namespace": "{shop,market}"}, "want": true},
		"its controller": {"exception": {"kind": "ReplicaSet", "name": "web-5d4f8"}, "want": true},
		"the Deployment of its controller": {"exception": {"kind": "Deployment", "name": "web"}, "want": true},
		"not an owner that is not the controller": {"exception": {"kind": "Other"}, "want": false},
		"not the kind of one object with the name of another": {"exception": {"kind": "Deployment", "name": "web-5d4f8"}, "want": false},
		"not another name": {"exception": {"name": "api"}, "want": false},
		"another namespace": {"exception": {"namespace": "market"}, "want": false},
		"its namespace": {"exception": {"namespace": "shop"}, "want": true},
		"its container": {"exception": {"container": "web"}, "want": true},
		"another container": {"exception": {"container": "sidecar*"}, "want": false},
		"nothing if a glob is not a string": {"exception": {"name": 1}, "want": false},
		"nothing if a glob is invalid": {"exception": {"name": "["}, "want": false},
	}
	exception := object.union({"rule": "a-rule", "reason": "because"}, tc.exception)
	got := verdict.exceptions(_found) with input as _pod with config as {"exceptions": [exception]}
	got == [exception | tc.want]
}

test_exceptions_of_a_cron_job_cover_the_pods_of_its_jobs[name] if {
	some name, tc in {
		"of the CronJob": {"kind": "CronJob", "cron_job": "backup", "want": 1},
		"another CronJob": {"kind": "CronJob", "cron_job": "restore", "want": 0},
		"of the Job": {"kind": "Job", "cron_job": "backup-28391234", "want": 1},
	}
	exceptions := [{"rule": "a-rule", "kind": tc.kind, "name": tc.cron_job}]
	got := verdict.exceptions(_found) with input as _job_pod with config as {"exceptions": exceptions}
	count(got) == tc.want
}

# Anybody can write the name of an excepted workload into the owner references of an object.
test_exceptions_of_a_controller_need_its_reference[name] if {
	deployment := {"rule": "a-rule", "kind": "Deployment", "name": "web"}
	cron_job := {"rule": "a-rule", "kind": "CronJob", "name": "backup"}
	foreign := {"apiVersion": "example.com/v1"}
	controllers := {"controllers": ["system:serviceaccount:tools:manager"]}
	some name, tc in {
		"a pod from its ReplicaSet": {"object": _pod, "user": _account("replicaset-controller"), "exception": deployment, "want": 1},
		"a pod from its Job": {"object": _job_pod, "user": _account("job-controller"), "exception": cron_job, "want": 1},
		"a pod from kube-controller-manager": {
			"object": _pod,
			"user": "system:kube-controller-manager",
			"exception": deployment,
			"want": 1,
		},
		"a pod from somebody": {"object": _pod, "user": "jane", "exception": deployment, "want": 0},
		"a pod from somebody, by the name of the pod": {
			"object": _pod,
			"user": "jane",
			"exception": {"rule": "a-rule", "kind": "Pod", "name": "web-*"},
			"want": 1,
		},
		"a pod from an account that the configuration names": {
			"object": _pod,
			"user": "system:serviceaccount:tools:manager",
			"exception": deployment,
			"config": controllers,
			"want": 1,
		},
		"a pod of a ReplicaSet of another group": {
			"object": _owned(_pod, 1, foreign),
			"user": _account("replicaset-controller"),
			"exception": deployment,
			"want": 0,
		},
		"a pod of a Job of another group": {
			"object": _owned(_job_pod, 0, foreign),
			"user": _account("job-controller"),
			"exception": {"rule": "a-rule", "kind": "Job", "name": "backup-28391234"},
			"want": 0,
		},
		"a pod of a kind that only another group has": {
			"object": _owned(_pod, 1, {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "name": "web"}),
			"user": "system:serviceaccount:tools:manager",
			"exception": {"rule": "a-rule", "kind": "Rollout", "name": "web"},
			"config": controllers,
			"want": 1,
		},
	}
	settings := object.union(object.get(tc, "config", {}), {"exceptions": [tc.exception]})
	review := {"operation": "CREATE", "object": tc.object, "namespace": "shop", "userInfo": {"username": tc.user}}
	got := verdict.exceptions(_found) with input as testing.admission_review(review) with config as settings
	count(got) == tc.want
}

_account(controller) := concat(":", ["system:serviceaccount:kube-system", controller])

_owned(pod, index, fields) := json.patch(pod, [
{"op": "replace", "path": sprintf("/metadata/ownerReferences/%d/%s", [index, key]), "value": value} |
	some key, value in fields
])

test_exceptions_for_a_container_do_not_cover_the_pod if {
	about_pod := object.union(object.remove(_found, ["details"]), {"details": object.remove(_found.details, ["container"])})
	exceptions := [{"rule": "a-rule", "container": "web"}]
	got := verdict.exceptions(about_pod) with input as _pod with config as {"exceptions": exceptions}
	got == []
}

test_exceptions_that_are_invalid[name] if {
	some name, exceptions in {
		"not a list": {"rule": "a-rule"},
		"without a rule": [{"kind": "Pod"}],
		"strings": ["a-rule"],
		"null": null,
	}
	got := verdict.exceptions(_found) with input as _pod with config as {"exceptions": exceptions}
	got == []
}

_noon := time.parse_rfc3339_ns("2027-03-31T12:00:00Z")

_last := time.parse_rfc3339_ns("2027-03-31T23:59:59Z")

_first := time.parse_rfc3339_ns("2027-04-01T00:00:00Z")

test_exceptions_that_hold[name] if {
	some name, tc in {
		"without expires": {"expires": {}, "now": _first, "want": true},
		"on its last day": {"expires": {"expires": "2027-03-31"}, "now": _noon, "want": true},
		"to the end of its last day": {"expires": {"expires": "2027-03-31"}, "now": _last, "want": true},
		"not on the day after": {"expires": {"expires": "2027-03-31"}, "now": _first, "want": false},
		"to a day beyond the range of nanoseconds": {
			"expires": {"expires": "9999-12-31"},
			"now": _first,
			"want": true,
		},
		"never if expires is not a date": {"expires": {"expires": "soon"}, "now": _noon, "want": false},
		"never if expires is not a string": {"expires": {"expires": 20270331}, "now": _noon, "want": false},
		"never if expires is null": {"expires": {"expires": null}, "now": _noon, "want": false},
	}
	exception := object.union({"rule": "a-rule"}, tc.expires)
	got := verdict.exceptions(_found) with input as _pod
		with config as {"exceptions": [exception]}
		with time.now_ns as tc.now
	got == [exception | tc.want]
}

test_reported_names_an_expired_exception[name] if {
	some name, tc in {
		"before it expires": {"exceptions": [{"rule": "a-rule", "expires": "2027-04-01"}], "want": _found.msg},
		"after it expired": {
			"exceptions": [{"rule": "a-rule", "expires": "2027-03-31"}],
			"want": "spec.hostPID: says (a-rule, exception expired 2027-03-31)",
		},
		"several: the last day": {
			"exceptions": [{"rule": "a-rule", "expires": "2027-03-31"}, {"rule": "a-rule", "expires": "2026-01-01"}],
			"want": "spec.hostPID: says (a-rule, exception expired 2027-03-31)",
		},
		"another exception holds": {
			"exceptions": [{"rule": "a-rule", "expires": "2027-03-31"}, {"rule": "a-rule"}],
			"want": _found.msg,
		},
		"an exception for another rule": {"exceptions": [{"rule": "b-rule", "expires": "2027-03-31"}], "want": _found.msg},
	}
	got := verdict.reported(_found) with input as _pod
		with config as {"exceptions": tc.exceptions}
		with time.now_ns as _first
	got == {"msg": tc.want, "details": _found.details}
}

test_exceptions_for_an_object_without_namespace[name] if {
	some name, tc in {
		"not covered by a namespace": {"exception": {"namespace": "default"}, "want": 0},
		"covered by *": {"exception": {"namespace": "*"}, "want": 1},
	}
	exceptions := [object.union({"rule": "a-rule"}, tc.exception)]
	got := verdict.exceptions(_found) with config as {"exceptions": exceptions}
		with input as object.union(object.remove(_pod, ["metadata"]), {"metadata": {"name": "web"}})
	count(got) == tc.want
}
