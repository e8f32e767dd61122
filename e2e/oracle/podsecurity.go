package main

import (
	"fmt"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/apis/core"
	corev1conversion "k8s.io/kubernetes/pkg/apis/core/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// podSecurity is the evaluator of the Pod Security admission plugin.
type podSecurity struct{ evaluator policy.Evaluator }

func newPodSecurity() (podSecurity, error) {
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return podSecurity{}, fmt.Errorf("make the Pod Security evaluator: %w", err)
	}
	return podSecurity{evaluator}, nil
}

// fails gives what the level restricted, at its latest version, has against a pod.
func (p podSecurity) fails(pod *core.Pod) []string {
	var external corev1.Pod
	if err := corev1conversion.Convert_core_Pod_To_v1_Pod(pod, &external, nil); err != nil {
		return []string{err.Error()}
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	result := policy.AggregateCheckResults(p.evaluator.EvaluatePod(level, &external.ObjectMeta, &external.Spec))
	return result.ForbiddenReasons
}
