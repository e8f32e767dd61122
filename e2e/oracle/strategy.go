package main

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/apiserver/pkg/storage/names"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/apps"
	_ "k8s.io/kubernetes/pkg/apis/apps/install"
	"k8s.io/kubernetes/pkg/apis/batch"
	_ "k8s.io/kubernetes/pkg/apis/batch/install"
	"k8s.io/kubernetes/pkg/apis/core"
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	"k8s.io/kubernetes/pkg/apis/node"
	_ "k8s.io/kubernetes/pkg/apis/node/install"
	"k8s.io/kubernetes/pkg/registry/apps/daemonset"
	"k8s.io/kubernetes/pkg/registry/apps/deployment"
	"k8s.io/kubernetes/pkg/registry/apps/replicaset"
	"k8s.io/kubernetes/pkg/registry/apps/statefulset"
	"k8s.io/kubernetes/pkg/registry/batch/cronjob"
	"k8s.io/kubernetes/pkg/registry/batch/job"
	"k8s.io/kubernetes/pkg/registry/core/pod"
	"k8s.io/kubernetes/pkg/registry/core/podtemplate"
	"k8s.io/kubernetes/pkg/registry/core/replicationcontroller"
	"k8s.io/kubernetes/pkg/registry/node/runtimeclass"
)

// strategy is what the registry of a kind does before it stores an object.
type strategy interface {
	rest.RESTCreateStrategy
	rest.RESTUpdateStrategy
	names.NameGenerator
}

func strategyOf(object runtime.Object) (strategy, error) {
	switch object.(type) {
	case *core.Pod:
		return pod.Strategy, nil
	case *core.PodTemplate:
		return podtemplate.Strategy, nil
	case *core.ReplicationController:
		return replicationcontroller.Strategy, nil
	case *apps.Deployment:
		return deployment.Strategy, nil
	case *apps.ReplicaSet:
		return replicaset.Strategy, nil
	case *apps.StatefulSet:
		return statefulset.Strategy, nil
	case *apps.DaemonSet:
		return daemonset.Strategy, nil
	case *batch.Job:
		return job.Strategy, nil
	case *batch.CronJob:
		return cronjob.Strategy, nil
	case *node.RuntimeClass:
		return runtimeclass.Strategy, nil
	}
	return nil, fmt.Errorf("no strategy for %T", object)
}

func updateStrategy(of strategy, subResource string) (rest.RESTUpdateStrategy, error) {
	switch subResource {
	case "":
		return of, nil
	case "ephemeralcontainers":
		return pod.EphemeralContainersStrategy, nil
	case "resize":
		return pod.ResizeStrategy, nil
	}
	return nil, fmt.Errorf("no strategy for the subresource %s", subResource)
}

// served refuses the versions that the scheme knows and an API server of this release does not serve: those that bear
// the mark of removal, which the API server itself goes by, and alpha versions, which it serves only when told to.
func served(kind schema.GroupVersionKind) error {
	object, err := legacyscheme.Scheme.New(kind)
	if err != nil {
		return err
	}
	if version, ok := object.(interface{ APILifecycleRemoved() (int, int) }); ok {
		major, minor := version.APILifecycleRemoved()
		return fmt.Errorf("%s: not served since Kubernetes %d.%d", kind, major, minor)
	}
	if strings.Contains(kind.Version, "alpha") {
		return fmt.Errorf("%s: not served by default", kind)
	}
	return nil
}
