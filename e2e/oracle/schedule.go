package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes/fake"
	clienttesting "k8s.io/client-go/testing"
	"k8s.io/client-go/tools/events"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/scheduler"
	"k8s.io/kubernetes/pkg/scheduler/profile"
)

// schedule asks kube-scheduler itself: it runs, with its default profile, on the cluster, and binds the pods.
type schedule struct {
	Pods []json.RawMessage `json:"pods"`
}

// patience bounds the wait for one round of the scheduler.
const patience = 2 * time.Minute

// answer gives for each pod what place gives, with one node: the one it was bound to.
func (s schedule) answer(cluster *cluster) ([]placed, error) {
	answers := make([]placed, len(s.Pods))
	waiting := map[string]int{}
	client := fake.NewClientset(cluster.objects()...)
	for i, text := range s.Pods {
		pod, err := cluster.admitted(text)
		if err != nil {
			answers[i].Refused = err.Error()
			continue
		}
		if pod.Spec.NodeName != "" {
			answers[i].Nodes = cluster.nodesFor(pod)
			continue
		}
		pod.Name = fmt.Sprintf("pod-%d", i)
		pod.Namespace = metav1.NamespaceDefault
		waiting[pod.Name] = i
		if err := client.Tracker().Add(pod); err != nil {
			return nil, fmt.Errorf("store a pod: %w", err)
		}
	}
	decided := make(chan decision, 16*len(s.Pods)+16)
	client.PrependReactor("create", "pods", func(action clienttesting.Action) (bool, runtime.Object, error) {
		binding, ok := action.(clienttesting.CreateAction).GetObject().(*corev1.Binding)
		if !ok {
			return false, nil, nil
		}
		decided <- decision{pod: binding.Name, node: binding.Target.Name}
		return true, binding, nil
	})
	stop, err := startScheduler(client, decided)
	if err != nil {
		return nil, err
	}
	defer stop()
	timeout := time.After(patience)
	for len(waiting) > 0 {
		select {
		case one := <-decided:
			if i, ok := waiting[one.pod]; ok {
				delete(waiting, one.pod)
				if one.node != "" {
					answers[i].Nodes = []string{one.node}
				}
			}
		case <-timeout:
			return nil, fmt.Errorf("the scheduler has said nothing of %d pods in %s", len(waiting), patience)
		}
	}
	return answers, nil
}

// decision is what the scheduler does with a pod: it binds it to a node, or finds none ("").
type decision struct{ pod, node string }

func startScheduler(client *fake.Clientset, decided chan<- decision) (func(), error) {
	ctx, stop := context.WithCancel(context.Background())
	factory := informers.NewSharedInformerFactory(client, 0)
	recorders := profile.RecorderFactory(func(string) eventRecorder { return recorder{decided: decided} })
	made, err := scheduler.New(ctx, client, factory, nil, recorders)
	if err != nil {
		stop()
		return nil, fmt.Errorf("make the scheduler: %w", err)
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	if err := made.WaitForHandlersSync(ctx); err != nil {
		stop()
		return nil, fmt.Errorf("start the scheduler: %w", err)
	}
	go made.Run(ctx)
	return stop, nil
}

// recorder hears of the pods that the scheduler finds no node for, by the event that it gives them.
type recorder struct{ decided chan<- decision }

func (r recorder) WithLogger(klog.Logger) events.EventRecorderLogger { return r }

func (r recorder) Eventf(regarding, _ runtime.Object, _, reason, _, _ string, _ ...any) {
	if pod, ok := regarding.(*corev1.Pod); ok && reason == "FailedScheduling" {
		r.decided <- decision{pod: pod.Name}
	}
}
