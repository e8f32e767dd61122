# METADATA
# title: The accounts of Kubernetes' controllers
# description: |
#   A controller creates objects under an account of its own and names itself as their owner. Only these accounts, and the
#   accounts that the configuration names, are believed.
package lib.windows.data.controllers

# METADATA
# scope: rule
# title: Sources
# description: The pages that the entries come from, and the day on which somebody checked them.
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
# scope: rule
# title: Accounts of controllers
# description: |
#   The users that create pods, ReplicaSets and Jobs for a workload: a service account for each controller, or one user if
#   kube-controller-manager runs without --use-service-account-credentials.
accounts := {
	"system:kube-controller-manager": {"of": "every controller", "source": "controller-manager"},
	"system:serviceaccount:kube-system:cronjob-controller": {"of": "CronJob", "source": "controller-policy"},
	"system:serviceaccount:kube-system:daemon-set-controller": {"of": "DaemonSet", "source": "controller-policy"},
	"system:serviceaccount:kube-system:deployment-controller": {"of": "Deployment", "source": "controller-policy"},
	"system:serviceaccount:kube-system:job-controller": {"of": "Job", "source": "controller-policy"},
	"system:serviceaccount:kube-system:replicaset-controller": {"of": "ReplicaSet", "source": "controller-policy"},
	"system:serviceaccount:kube-system:replication-controller": {"of": "ReplicationController", "source": "controller-policy"},
	"system:serviceaccount:kube-system:statefulset-controller": {"of": "StatefulSet", "source": "controller-policy"},
}
