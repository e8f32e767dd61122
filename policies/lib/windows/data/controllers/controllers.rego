# METADATA
# title: Controllers
# description: The accounts under which the controllers of Kubernetes create objects.
package lib.windows.data.controllers

# The sources of the entries, with the day on which they were checked.
sources := {
	"controller-policy": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/controller_policy.go",
		"asOf": "2026-11-29",
	},
	"controller-manager": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go",
		"asOf": "2026-11-29",
	},
}

# METADATA
# title: Accounts of controllers
# description: |
#   By the name of the user. A controller creates pods, ReplicaSets or Jobs and names their owner. If
#   kube-controller-manager runs without --use-service-account-credentials, one user does this for all controllers.
accounts := {
	"system:kube-controller-manager": {"source": "controller-manager"},
	"system:serviceaccount:kube-system:cronjob-controller": {"source": "controller-policy"},
	"system:serviceaccount:kube-system:daemon-set-controller": {"source": "controller-policy"},
	"system:serviceaccount:kube-system:deployment-controller": {"source": "controller-policy"},
	"system:serviceaccount:kube-system:job-controller": {"source": "controller-policy"},
	"system:serviceaccount:kube-system:replicaset-controller": {"source": "controller-policy"},
	"system:serviceaccount:kube-system:replication-controller": {"source": "controller-policy"},
	"system:serviceaccount:kube-system:statefulset-controller": {"source": "controller-policy"},
}
