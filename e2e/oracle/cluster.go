package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	nodev1 "k8s.io/api/node/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apiserver/pkg/admission"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	"k8s.io/kubernetes/pkg/apis/core"
	"k8s.io/kubernetes/plugin/pkg/admission/runtimeclass"
)

// cluster is what the pods of later questions meet.
type cluster struct {
	Nodes          []corev1.Node         `json:"nodes"`
	RuntimeClasses []nodev1.RuntimeClass `json:"runtimeClasses"`

	runtimeClass *runtimeclass.RuntimeClass
	resize       resize
}

// start makes the admission plugins that look at the cluster. The client holds the objects in memory, the plugins are
// the API server's own.
func (c *cluster) start() error {
	client := fake.NewClientset(c.objects()...)
	factory := informers.NewSharedInformerFactory(client, 0)
	c.runtimeClass = runtimeclass.NewRuntimeClass()
	c.runtimeClass.SetExternalKubeInformerFactory(factory)
	c.runtimeClass.SetExternalKubeClientSet(client)
	if err := c.resize.start(factory); err != nil {
		return err
	}
	ctx := context.Background()
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	return nil
}

func (c *cluster) objects() []runtime.Object {
	var all []runtime.Object
	for i := range c.Nodes {
		all = append(all, &c.Nodes[i])
	}
	for i := range c.RuntimeClasses {
		all = append(all, &c.RuntimeClasses[i])
	}
	return all
}

// admitPod merges what the pod's RuntimeClass says of scheduling into the pod, or refuses it.
func (c *cluster) admitPod(ctx context.Context, pod *core.Pod) error {
	return c.runtimeClass.Admit(ctx, attributes(pod, nil, "", admission.Create), nil)
}

func (c *cluster) admitResize(ctx context.Context, object, old runtime.Object) error {
	return c.resize.validate(ctx, attributes(object, old, "resize", admission.Update))
}

func attributes(object, old runtime.Object, subResource string, operation admission.Operation) admission.Attributes {
	pod, _ := object.(*core.Pod)
	return admission.NewAttributesRecord(object, old, core.Kind("Pod").WithVersion("v1"), metav1.NamespaceDefault, pod.Name,
		core.Resource("pods").WithVersion("v1"), subResource, operation, nil, false, nil)
}
