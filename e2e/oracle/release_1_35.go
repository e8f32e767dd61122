//go:build k8s_1_35

package main

import (
	"context"
	"encoding/json"
	"errors"

	"k8s.io/apiserver/pkg/admission"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/events"
)

// eventRecorder is what the scheduler wants of who hears its events.
type eventRecorder = events.EventRecorder

// resize stands for the PodResizeValidator, which Kubernetes 1.35 does not have: only the kubelet judges a resize there.
type resize struct{}

func (*resize) start(informers.SharedInformerFactory) error { return nil }

func (*resize) validate(context.Context, admission.Attributes) error { return nil }

// policies stand for admission policies, which are compared from Kubernetes 1.36 on.
type policies []json.RawMessage

type compiled struct{}

func (policies) compile() ([]compiled, error) {
	return nil, errors.New("admission policies are compared from Kubernetes 1.36 on")
}

type policyReview struct{}

func (*oracle) admit(policyReview) (struct{}, error) { return struct{}{}, nil }
