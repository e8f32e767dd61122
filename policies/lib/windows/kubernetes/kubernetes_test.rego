package lib.windows.kubernetes_test

import data.lib.windows.config
import data.lib.windows.kubernetes

_configured := {
	"unset": {},
	"1.36": {"kubernetesVersion": "1.36"},
	"1.36.3": {"kubernetesVersion": "1.36.3"},
	"1.9": {"kubernetesVersion": "1.9"},
	"a number": {"kubernetesVersion": 1.36},
	"other text": {"kubernetesVersion": "latest"},
}

test_all_from[name] if {
	some name, want in {
		"unset": {"1.34", "1.35"},
		"1.36": {"1.34", "1.35", "1.36"},
		"1.36.3": {"1.34", "1.35", "1.36"},
		"1.9": set(),
		"a number": {"1.34", "1.35"},
		"other text": {"1.34", "1.35"},
	}
	found := {version |
		some version in ["1.34", "1.35", "1.36", "1.37", "1.38"]
		kubernetes.all_from(version) with config as _configured[name]
	}
	found == want
}

test_some_from[name] if {
	some name, want in {
		"unset": {"1.34", "1.35", "1.36", "1.37"},
		"1.36": {"1.34", "1.35", "1.36"},
		"1.36.3": {"1.34", "1.35", "1.36"},
		"1.9": set(),
		"a number": {"1.34", "1.35", "1.36", "1.37"},
		"other text": {"1.34", "1.35", "1.36", "1.37"},
	}
	found := {version |
		some version in ["1.34", "1.35", "1.36", "1.37", "1.38"]
		kubernetes.some_from(version) with config as _configured[name]
	}
	found == want
}

test_configured if {
	kubernetes.configured == [1, 36] with config as {"kubernetesVersion": "1.36.3"}
	not kubernetes.configured with config as {}
}
