//go:build !k8s_1_35

package main

import (
	"context"
	"fmt"

	"k8s.io/apiserver/pkg/admission"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/events"
	"k8s.io/kubernetes/plugin/pkg/admission/podresize"
)

// eventRecorder is what the scheduler wants of who hears its events.
type eventRecorder = events.EventRecorderLogger

// resize is the PodResizeValidator, an admission plugin that Kubernetes has since 1.36.
type resize struct{ plugin *podresize.Plugin }

func (r *resize) start(factory informers.SharedInformerFactory) error {
	plugin, err := podresize.NewPlugin()
	if err != nil {
		return fmt.Errorf("make the PodResizeValidator: %w", err)
	}
	plugin.SetExternalKubeInformerFactory(factory)
	plugin.InspectFeatureGates(utilfeature.DefaultFeatureGate)
	r.plugin = plugin
	return nil
}

func (r *resize) validate(ctx context.Context, asked admission.Attributes) error {
	return r.plugin.Validate(ctx, asked, nil)
}
