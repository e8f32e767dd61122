package main

import (
	"context"
	"encoding/json"
	"errors"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	genericapirequest "k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/core"
)

// review is the part of an AdmissionRequest that decides.
type review struct {
	Operation   string          `json:"operation"`   // CREATE or UPDATE
	SubResource string          `json:"subResource"` // of a pod: ephemeralcontainers, resize, or none
	Object      json.RawMessage `json:"object"`
	OldObject   json.RawMessage `json:"oldObject"`
}

// verdict is what the API server answers.
type verdict struct {
	Fault       string    `json:"fault,omitempty"` // the object could not be read, or is of a kind that is not served
	Errors      []problem `json:"errors,omitempty"`
	Before      []problem `json:"before,omitempty"`      // what the old object of an update would be refused for
	PodSecurity []string  `json:"podSecurity,omitempty"` // the checks of restricted that a pod fails
}

// problem is one cause of a refusal.
type problem struct {
	Type    string `json:"type"`
	Field   string `json:"field"`
	Message string `json:"message"`
}

func (o *oracle) judge(one review) verdict {
	object, kind, err := decode(one.Object)
	if err != nil {
		return verdict{Fault: err.Error()}
	}
	strategy, err := strategyOf(object)
	if err != nil {
		return verdict{Fault: err.Error()}
	}
	ctx := contextOf(object, strategy, kind, one.SubResource)
	var answer verdict
	if pod, ok := object.(*core.Pod); ok {
		answer.PodSecurity = o.podSecurity.fails(pod)
	}
	if one.Operation != "UPDATE" {
		answer.Errors = problems(create(ctx, strategy, object))
		return answer
	}
	old, _, err := decode(one.OldObject)
	if err != nil {
		return verdict{Fault: "oldObject: " + err.Error()}
	}
	answer.Before = problems(create(ctx, strategy, old))
	answer.Errors = problems(o.update(ctx, strategy, one.SubResource, object, old))
	return answer
}

func create(ctx context.Context, strategy strategy, object runtime.Object) error {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	rest.WipeObjectMetaSystemFields(accessor) // as the handler does before admission
	rest.FillObjectMetaSystemFields(accessor)
	if accessor.GetName() == "" && accessor.GetGenerateName() != "" {
		accessor.SetName(strategy.GenerateName(accessor.GetGenerateName()))
	}
	return rest.BeforeCreate(strategy, ctx, object)
}

func (o *oracle) update(ctx context.Context, strategy strategy, subResource string, object, old runtime.Object) error {
	accessor, err := meta.Accessor(object)
	if err != nil {
		return err
	}
	before, err := meta.Accessor(old)
	if err != nil {
		return err
	}
	before.SetResourceVersion("1")
	accessor.SetResourceVersion("1")
	accessor.SetUID(before.GetUID())
	changed, err := updateStrategy(strategy, subResource)
	if err != nil {
		return err
	}
	if err := rest.BeforeUpdate(changed, ctx, object, old); err != nil {
		return err
	}
	if subResource != "resize" || o.cluster == nil {
		return nil
	}
	return o.cluster.admitResize(ctx, object, old)
}

// contextOf says what the API server knows of a request: declarative validation goes by the version asked in.
func contextOf(object runtime.Object, strategy strategy, kind schema.GroupVersionKind, subResource string) context.Context {
	namespace := metav1.NamespaceNone
	if strategy.NamespaceScoped() {
		namespace = metav1.NamespaceDefault
		if accessor, err := meta.Accessor(object); err == nil && accessor.GetNamespace() != "" {
			namespace = accessor.GetNamespace()
		}
	}
	resource, _ := meta.UnsafeGuessKindToResource(kind)
	return genericapirequest.WithRequestInfo(
		genericapirequest.WithNamespace(context.Background(), namespace),
		&genericapirequest.RequestInfo{
			IsResourceRequest: true, Namespace: namespace, APIGroup: kind.Group, APIVersion: kind.Version,
			Resource: resource.Resource, Subresource: subResource,
		},
	)
}

// decode reads an object as the API server does: of a version that it serves, defaulted and converted.
func decode(text []byte) (runtime.Object, schema.GroupVersionKind, error) {
	var head metav1.TypeMeta
	if err := json.Unmarshal(text, &head); err != nil {
		return nil, schema.GroupVersionKind{}, err
	}
	kind := head.GroupVersionKind()
	if err := served(kind); err != nil {
		return nil, kind, err
	}
	object, err := runtime.Decode(legacyscheme.Codecs.UniversalDecoder(), text)
	return object, kind, err
}

// problems gives the causes in an error of the API server.
func problems(err error) []problem {
	if err == nil {
		return nil
	}
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil || len(status.Status().Details.Causes) == 0 {
		return []problem{{Type: string(apierrors.ReasonForError(err)), Message: err.Error()}}
	}
	var all []problem
	for _, cause := range status.Status().Details.Causes {
		message := cause.Message
		if message == "" {
			message = err.Error()
		}
		all = append(all, problem{Type: string(cause.Type), Field: cause.Field, Message: message})
	}
	return all
}
