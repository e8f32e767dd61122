package lib.windows.rules.huge_pages_test

import data.lib.windows.rules.huge_pages
import data.lib.windows.testing_test as testing

_resource := "Windows nodes do not offer huge pages, so the pod stays Pending. Request memory instead."

_overhead := "Windows nodes do not offer huge pages, so the pod stays Pending. Remove the entry, in the RuntimeClass too."

_medium := "Windows has no huge pages, so the kubelet cannot mount the volume. Remove the medium."

_reference := "Windows has no huge pages, so the value is 0. Remove the reference."

test_resources[name] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	some kind in ["limits", "requests"]
	some resource in ["hugepages-2Mi", "hugepages-1Gi", "hugepages-"]
	name := sprintf("%s %s %s", [list, kind, resource])
	got := huge_pages.finding with input as testing.windows_pod({list: [
		testing.container,
		{"name": "second", "resources": {kind: {resource: "4Mi", "memory": "1Gi"}}},
	]})
	field := sprintf("spec.%s[1].resources.%s[%s]", [list, kind, resource])
	got == {_found("deny", field, _resource, {
		"enforcedBy": "scheduler",
		"container": "second",
		"fix": _removal(sprintf("/spec/%s/1/resources/%s/%s", [list, kind, resource]), "4Mi"),
	})}
}

# The API server requires the same huge pages in limits and requests, so each fix removes both.
test_limits_and_requests[name] if {
	some name, tc in {
		"beside memory": {
			"resources": {
				"limits": {"hugepages-2Mi": "4Mi", "memory": "1Gi"},
				"requests": {"hugepages-2Mi": "4Mi", "memory": "1Gi"},
			},
			"fix": array.concat(
				_removal("/spec/containers/0/resources/limits/hugepages-2Mi", "4Mi"),
				_removal("/spec/containers/0/resources/requests/hugepages-2Mi", "4Mi"),
			),
		},
		"beside memory in limits": {
			"resources": {"limits": {"hugepages-2Mi": "4Mi", "memory": "1Gi"}, "requests": {"hugepages-2Mi": "4Mi"}},
			"fix": array.concat(
				_removal("/spec/containers/0/resources/limits/hugepages-2Mi", "4Mi"),
				_removal("/spec/containers/0/resources/requests", {"hugepages-2Mi": "4Mi"}),
			),
		},
		"alone": {
			"resources": {"limits": {"hugepages-2Mi": "4Mi"}, "requests": {"hugepages-2Mi": "4Mi"}},
			"fix": _removal(
				"/spec/containers/0/resources",
				{"limits": {"hugepages-2Mi": "4Mi"}, "requests": {"hugepages-2Mi": "4Mi"}},
			),
		},
	}
	got := huge_pages.finding with input as testing.windows_pod({"containers": [{"name": "app", "resources": tc.resources}]})
	got == {_found("deny", sprintf("spec.containers[0].resources.%s[hugepages-2Mi]", [kind]), _resource, {
		"enforcedBy": "scheduler",
		"container": "app",
		"fix": tc.fix,
	}) |
		some kind in ["limits", "requests"]
	}
}

test_two_sizes_of_pages if {
	limits := {"hugepages-1Gi": "1Gi", "hugepages-2Mi": "4Mi"}
	got := huge_pages.finding with input as testing.windows_pod({"containers": [{
		"name": "app",
		"resources": {"limits": limits},
	}]})
	got == {_found("deny", sprintf("spec.containers[0].resources.limits[%s]", [resource]), _resource, {
		"enforcedBy": "scheduler",
		"container": "app",
		"fix": _removal(concat("/", ["/spec/containers/0/resources/limits", resource]), quantity),
	}) |
		some resource, quantity in limits
	}
}

test_quantities[text] if {
	some text, tc in {
		"a number": {"value": 4194304, "positive": true},
		"2Mi": {"value": "2Mi", "positive": true},
		"+2Mi": {"value": "+2Mi", "positive": true},
		"10M": {"value": "10M", "positive": true},
		"0.5Gi": {"value": "0.5Gi", "positive": true},
		"2e6": {"value": "2e6", "positive": true},
		"2E+6": {"value": "2E+6", "positive": true},
		"100m": {"value": "100m", "positive": true},
		"0 as a number": {"value": 0, "positive": false},
		"0": {"value": "0", "positive": false},
		"0Mi": {"value": "0Mi", "positive": false},
		"0.0": {"value": "0.0", "positive": false},
		"0e6": {"value": "0e6", "positive": false},
		"a negative number": {"value": -1, "positive": false},
		"a string that is not a quantity": {"value": "2 pages", "positive": false},
		"null": {"value": null, "positive": false},
		"true": {"value": true, "positive": false},
		"a list": {"value": ["2Mi"], "positive": false},
	}
	got := huge_pages.finding with input as testing.windows_pod({"overhead": {"hugepages-2Mi": tc.value}})
	want := {found |
		tc.positive
		found := _found("deny", "spec.overhead[hugepages-2Mi]", _overhead, {"enforcedBy": "scheduler"})
	}
	got == want
}

test_mediums[name] if {
	some name, tc in {
		"HugePages": {"medium": "HugePages", "found": true},
		"HugePages-2Mi": {"medium": "HugePages-2Mi", "found": true},
		"HugePages-": {"medium": "HugePages-", "found": true},
		"a word that only begins like HugePages": {"medium": "HugePagesX", "found": false},
		"lower case": {"medium": "hugepages", "found": false},
		"Memory": {"medium": "Memory", "found": false},
		"empty": {"medium": "", "found": false},
		"null": {"medium": null, "found": false},
		"a number": {"medium": 2, "found": false},
	}
	got := huge_pages.finding with input as testing.windows_pod({"volumes": [
		{"name": "first", "emptyDir": {}},
		{"name": "second", "emptyDir": {"medium": tc.medium}},
	]})
	want := {found |
		tc.found
		found := _found("deny", "spec.volumes[1].emptyDir.medium", _medium, {
			"enforcedBy": "kubelet",
			"fix": _removal("/spec/volumes/1/emptyDir/medium", tc.medium),
		})
	}
	got == want
}

test_references[name] if {
	some name, tc in {
		"limits": {"resource": "limits.hugepages-2Mi", "found": true},
		"requests": {"resource": "requests.hugepages-1Gi", "found": true},
		"memory": {"resource": "limits.memory", "found": false},
		"a resource that only contains the name": {"resource": "limits.x-hugepages-2Mi", "found": false},
		"null": {"resource": null, "found": false},
		"a list": {"resource": ["limits.hugepages-2Mi"], "found": false},
	}
	ref := {"resourceFieldRef": {"containerName": "app", "resource": tc.resource}}
	env := [{"name": "A", "value": "b"}, {"name": "PAGES", "valueFrom": ref}]
	of_env := huge_pages.finding with input as testing.windows_pod({"initContainers": [object.union(
		testing.container,
		{"env": env},
	)]})
	of_env == {found |
		tc.found
		found := _found(
			"warn",
			"spec.initContainers[0].env[1].valueFrom.resourceFieldRef.resource",
			_reference,
			{"enforcedBy": "kubelet", "container": "app"},
		)
	}
	items := {"items": [{"path": "name"}, object.union({"path": "pages"}, ref)]}
	of_volumes := huge_pages.finding with input as testing.windows_pod({"volumes": [
		{"name": "own", "downwardAPI": items},
		{"name": "all", "projected": {"sources": [{"secret": {"name": "s"}}, {"downwardAPI": items}]}},
	]})
	of_volumes == {found |
		tc.found
		some path in ["volumes[0].downwardAPI", "volumes[1].projected.sources[1].downwardAPI"]
		field := sprintf("spec.%s.items[1].resourceFieldRef.resource", [path])
		found := _found("warn", field, _reference, {"enforcedBy": "kubelet"})
	}
}

test_silent[name] if {
	some name, fields in {
		"nothing": {},
		"other resources": {"overhead": {"memory": "1Gi", "example.com/hugepages-2Mi": "1"}},
		"zero and null": {"containers": [{
			"name": "app",
			"resources": {"limits": {"hugepages-2Mi": "0"}, "requests": {"hugepages-2Mi": 0, "hugepages-1Gi": null}},
		}]},
		"null": {
			"overhead": null,
			"volumes": null,
			"containers": [{"name": "app", "resources": null, "env": null}],
		},
		"nested nulls": {
			"volumes": [
				null, {"emptyDir": null}, {"downwardAPI": null}, {"projected": null}, {"downwardAPI": {"items": null}},
				{"projected": {"sources": [null, {"downwardAPI": null}]}},
			],
			"containers": [{
				"name": "app", "resources": {"limits": null, "requests": {}},
				"env": [null, {"name": "a", "valueFrom": null}, {"name": "b", "valueFrom": {"resourceFieldRef": null}}],
			}],
		},
		"the wrong types": {
			"overhead": ["hugepages-2Mi"],
			"volumes": "HugePages",
			"containers": [{"name": "app", "resources": {"limits": "hugepages-2Mi", "requests": [1]}, "env": "x"}],
		},
	}
	got := huge_pages.finding with input as testing.windows_pod(fields)
	got == set()
}

test_inferred if {
	got := huge_pages.finding with input as testing.inferred_pod({"overhead": {"hugepages-2Mi": "2Mi"}})
	got == {_found(
		"deny",
		"spec.overhead[hugepages-2Mi]",
		_overhead,
		{"enforcedBy": "scheduler", "because": "nodeSelector kubernetes.io/os is windows"},
	)}
}

test_workload if {
	got := huge_pages.finding with input as testing.deployment(object.union(
		testing.windows,
		{"volumes": [{"name": "pages", "emptyDir": {"medium": "HugePages"}}]},
	))
	got == {_found("deny", "spec.template.spec.volumes[0].emptyDir.medium", _medium, {
		"enforcedBy": "kubelet",
		"fix": _removal("/spec/template/spec/volumes/0/emptyDir/medium", "HugePages"),
	})}
}

_removal(pointer, value) := [{"op": "test", "path": pointer, "value": value}, {"op": "remove", "path": pointer}]

_found(severity, field, says, more) := testing.expected(severity, "huge-pages", {"field": field, "says": says}, more)
