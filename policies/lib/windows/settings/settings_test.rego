package lib.windows.settings_test

import data.lib.windows.config
import data.lib.windows.settings

_constraint(parameters) := {"review": {"object": {}}, "parameters": parameters}

test_document[name] if {
	some name, tc in {
		"the configuration": {"input": {}, "config": {"platform": "aks"}, "want": {"platform": "aks"}},
		"only a Constraint's parameters": {
			"input": _constraint({"platform": "gke"}),
			"config": {"platform": "aks", "rules": {}},
			"want": {"platform": "gke"},
		},
		"a Constraint without parameters": {
			"input": {"review": {"object": {}}},
			"config": {"platform": "aks"},
			"want": {},
		},
		"a configuration that is a string": {"input": {}, "config": "aks", "want": {}},
		"a configuration that is null": {"input": {}, "config": null, "want": {}},
	}
	got := settings.document with input as tc.input with config as tc.config
	got == tc.want
}

test_no_configuration if {
	settings.document == {} with input as {}
	settings.platform == {} with input as {}
	settings.taints == [] with input as {}
	settings.severities == {"deny", "warn", "note"} with input as {}
}

test_severities[name] if {
	some name, tc in {
		"a Constraint's own": {"input": _constraint({"severities": ["warn", "note"]}), "want": {"warn", "note"}},
		"deny if a Constraint names none": {"input": _constraint({}), "want": {"deny"}},
		"deny if a Constraint's are not a list": {"input": _constraint({"severities": "warn"}), "want": {"deny"}},
		"deny if a Constraint's parameters are null": {"input": _constraint(null), "want": {"deny"}},
		"all of them for a manifest": {"input": {"kind": "Pod"}, "want": {"deny", "warn", "note"}},
	}
	got := settings.severities with input as tc.input
	got == tc.want
}

test_severities_of_the_configuration if {
	got := settings.severities with input as {} with config as {"severities": ["warn"]}
	got == {"warn"}
}

test_categories[name] if {
	every_category := {"restrictions", "placement", "cluster"}
	some name, tc in {
		"all if none is named": {"parameters": {}, "want": every_category},
		"those that are named": {"parameters": {"categories": ["restrictions", "cluster"]}, "want": {"restrictions", "cluster"}},
		"those that are known": {"parameters": {"categories": ["placement", "placements", 1]}, "want": {"placement"}},
		"all if no known one is named": {"parameters": {"categories": ["placements"]}, "want": every_category},
		"all if the list is empty": {"parameters": {"categories": []}, "want": every_category},
		"all if the list is a string": {"parameters": {"categories": "placement"}, "want": every_category},
		"all if the list is null": {"parameters": {"categories": null}, "want": every_category},
	}
	of_constraint := settings.categories with input as _constraint(tc.parameters)
	of_constraint == tc.want
	of_bundle := settings.categories with input as {} with config as tc.parameters
	of_bundle == tc.want
}

# A category of a team's own rules is reported unless the configuration names others.
test_reports[name] if {
	some name, tc in {
		"ours by default": {"category": "cluster", "parameters": {}, "want": true},
		"ours that is named": {"category": "cluster", "parameters": {"categories": ["cluster"]}, "want": true},
		"ours that is not named": {"category": "cluster", "parameters": {"categories": ["placement"]}, "want": false},
		"their own by default": {"category": "shop", "parameters": {}, "want": true},
		"their own that is named": {"category": "shop", "parameters": {"categories": ["shop"]}, "want": true},
		"their own that is not named": {"category": "shop", "parameters": {"categories": ["placement"]}, "want": false},
	}
	got := {true | settings.reports(tc.category)} with input as _constraint(tc.parameters)
	got == {true | tc.want}
}

test_platform[name] if {
	some name, tc in {
		"a platform with taints": {
			"platform": "generic",
			"taints": [{"key": "os", "value": "windows", "effect": "NoSchedule"}],
			"source": "generic",
		},
		"a platform without taints": {
			"platform": "aks",
			"taints": [],
			"source": "aks",
		},
		"an unknown platform": {"platform": "other", "taints": [], "source": ""},
		"of the wrong type": {"platform": ["generic"], "taints": [], "source": ""},
		"null": {"platform": null, "taints": [], "source": ""},
	}
	taints := settings.taints with input as {} with config as {"platform": tc.platform}
	taints == tc.taints
	platform := settings.platform with input as {} with config as {"platform": tc.platform}
	object.get(platform, "source", "") == tc.source
}

test_controllers[name] if {
	some name, tc in {
		"none": {"configured": {}, "want": set()},
		"accounts": {"configured": {"controllers": ["a", "b", "a"]}, "want": {"a", "b"}},
		"without what is not a string": {"configured": {"controllers": ["a", null, 1, {"b": "c"}]}, "want": {"a"}},
		"none if the list is a string": {"configured": {"controllers": "a"}, "want": set()},
		"none if the list is null": {"configured": {"controllers": null}, "want": set()},
	}
	of_constraint := settings.controllers with input as _constraint(tc.configured)
	of_constraint == tc.want
	of_bundle := settings.controllers with input as {} with config as tc.configured
	of_bundle == tc.want
}
