package main

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	schedulinghelpers "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/framework"
)

// place asks which nodes of the cluster a pod can be bound to, by the scheduler's own matching.
type place struct {
	Pod json.RawMessage `json:"pod"`
}

// placed is the answer: why the pod is not admitted, or the names of the nodes.
type placed struct {
	Refused string   `json:"refused,omitempty"`
	Nodes   []string `json:"nodes,omitempty"`
}

func (p place) answer(cluster *cluster) placed {
	pod, err := cluster.admitted(p.Pod)
	if err != nil {
		return placed{Refused: err.Error()}
	}
	return placed{Nodes: cluster.nodesFor(pod)}
}

func (c *cluster) nodesFor(pod *corev1.Pod) []string {
	var names []string
	for i := range c.Nodes {
		if fits(pod, &c.Nodes[i]) {
			names = append(names, c.Nodes[i].Name)
		}
	}
	return names
}

// admitted gives the pod as it is stored: defaulted, with its RuntimeClass merged, and validated.
func (c *cluster) admitted(text json.RawMessage) (*corev1.Pod, error) {
	object, kind, err := decode(text)
	if err != nil {
		return nil, err
	}
	pod, ok := object.(*core.Pod)
	if !ok {
		return nil, fmt.Errorf("a %T is not a pod", object)
	}
	strategy, err := strategyOf(pod)
	if err != nil {
		return nil, err
	}
	ctx := contextOf(pod, strategy, kind, "")
	if err := c.admitPod(ctx, pod); err != nil {
		return nil, err
	}
	if err := create(ctx, strategy, pod); err != nil {
		return nil, err
	}
	var external corev1.Pod
	return &external, corev1conversion.Convert_core_Pod_To_v1_Pod(pod, &external, nil)
}

// fits is what the filters of the default scheduler say, for a node without pods: those of AdmissionCheck, and taints.
// A pod that names its node never meets the scheduler, but the kubelet asks AdmissionCheck as well.
func fits(pod *corev1.Pod, node *corev1.Node) bool {
	info := framework.NewNodeInfo()
	info.SetNode(node)
	if len(scheduler.AdmissionCheck(pod, info, false)) > 0 {
		return false
	}
	if pod.Spec.NodeName != "" {
		return true
	}
	_, tainted := schedulinghelpers.FindMatchingUntoleratedTaint(klog.FromContext(context.Background()), node.Spec.Taints,
		pod.Spec.Tolerations, repels, false)
	return !tainted
}

// repels holds for the effects that keep a pod from a node.
func repels(taint *corev1.Taint) bool {
	return taint.Effect == corev1.TaintEffectNoSchedule || taint.Effect == corev1.TaintEffectNoExecute
}
