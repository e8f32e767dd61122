package lib.windows.owner_test

import data.lib.windows.config
import data.lib.windows.data.controllers
import data.lib.windows.owner
import data.lib.windows.testing_test as testing

_replica_set := {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4f", "controller": true}

_pod(owners) := object.union(testing.pod({"containers": []}), {"metadata": {"ownerReferences": owners}})

test_controller[name] if {
	other := {"apiVersion": "example.com/v1", "kind": "Game", "name": "chess", "controller": true}
	some name, tc in {
		"a controller with a pod template": {"owners": [_replica_set], "want": [_replica_set], "controlled": {true}},
		"the second of two owners": {
			"owners": [object.union(_replica_set, {"controller": false}), _replica_set],
			"want": [_replica_set],
			"controlled": {true},
		},
		"an owner that is not a controller": {
			"owners": [object.remove(_replica_set, ["controller"])],
			"want": [],
			"controlled": set(),
		},
		"a controller of an unknown kind": {"owners": [other], "want": [other], "controlled": set()},
		"a node": {
			"owners": [object.union(_replica_set, {"apiVersion": "v1", "kind": "Node"})],
			"want": [object.union(_replica_set, {"apiVersion": "v1", "kind": "Node"})],
			"controlled": set(),
		},
		"a ReplicaSet of an older version of its group": {
			"owners": [object.union(_replica_set, {"apiVersion": "apps/v1beta2"})],
			"want": [object.union(_replica_set, {"apiVersion": "apps/v1beta2"})],
			"controlled": {true},
		},
		"a ReplicaSet of another group": {
			"owners": [object.union(_replica_set, {"apiVersion": "example.com/v1"})],
			"want": [],
			"controlled": set(),
		},
		"a ReplicaSet of the core group": {
			"owners": [object.union(_replica_set, {"apiVersion": "v1"})],
			"want": [],
			"controlled": set(),
		},
		"a ReplicaSet without apiVersion": {
			"owners": [object.remove(_replica_set, ["apiVersion"])],
			"want": [],
			"controlled": set(),
		},
		"an owner without kind": {
			"owners": [object.remove(_replica_set, ["kind"])],
			"want": [],
			"controlled": set(),
		},
		"no owner": {"owners": [], "want": [], "controlled": set()},
		"null owners": {"owners": null, "want": [], "controlled": set()},
		"owners of the wrong type": {"owners": "ReplicaSet", "want": [], "controlled": set()},
	}
	got := {"want": [one | one := owner.controller], "controlled": {true | owner.controlled}} with input as _pod(tc.owners)
	got == {"want": tc.want, "controlled": tc.controlled}
}

# Who creates the object decides whether its reference counts.
test_controller_by_user[name] if {
	some title, tc in {
		"the account of the controller": {"user": "system:serviceaccount:kube-system:replicaset-controller", "want": 1},
		"kube-controller-manager": {"user": "system:kube-controller-manager", "want": 1},
		"somebody": {"user": "jane", "want": 0},
		"an administrator": {"user": "kubernetes-admin", "want": 0},
		"an account of the same name in another namespace": {
			"user": "system:serviceaccount:shop:replicaset-controller",
			"want": 0,
		},
		"another account in kube-system": {"user": "system:serviceaccount:kube-system:default", "want": 0},
		"a name that begins like an account": {
			"user": "system:serviceaccount:kube-system:replicaset-controller-2",
			"want": 0,
		},
		"an account in capital letters": {"user": "SYSTEM:KUBE-CONTROLLER-MANAGER", "want": 0},
		"an account that the configuration names": {"user": _rollouts, "config": {"controllers": [_rollouts]}, "want": 1},
		"an account beside those that the configuration names": {
			"user": "jane",
			"config": {"controllers": [_rollouts]},
			"want": 0,
		},
		"the account of a controller beside those that the configuration names": {
			"user": "system:kube-controller-manager",
			"config": {"controllers": [_rollouts]},
			"want": 1,
		},
		"a star names nobody": {"user": "jane", "config": {"controllers": ["*", null, {}]}, "want": 0},
		"a text is no list": {"user": "jane", "config": {"controllers": "jane"}, "want": 0},
		"no user": {"user": "", "want": 1},
	}
	settings := object.get(tc, "config", {})
	review := {"operation": "CREATE", "object": _pod([_replica_set]), "userInfo": {"username": tc.user}}
	some door, value in {
		"AdmissionReview": testing.admission_review(review),
		"Gatekeeper": {"review": review, "parameters": settings},
	}
	name := sprintf("%s, %s", [title, door])
	got := [one | one := owner.controller] with input as value with config as settings
	count(got) == tc.want
}

# A person or a controller that scales, labels or repairs the object makes an UPDATE, so the reference counts.
test_controller_on_update[name] if {
	review := {
		"operation": "UPDATE",
		"object": _pod([_replica_set]),
		"oldObject": _pod([_replica_set]),
		"userInfo": {"username": "jane"},
	}
	some name, value in {"AdmissionReview": testing.admission_review(review), "Gatekeeper": {"review": review}}
	got := owner.controller with input as value
	got == _replica_set
}

test_accounts_have_a_source[account] if {
	some account, entry in controllers.accounts
	controllers.sources[entry.source].url != ""
}

_rollouts := "system:serviceaccount:argo-rollouts:argo-rollouts"
