package diagnose

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"winpolicy/internal/cluster"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// The bounds of what is read of a cluster.
const (
	maxPods   = 1000 // pods that do not run well
	maxEvents = 20   // of one object
	maxOwners = 100  // controllers whose pods cannot be created
)

// Wanted says what of a cluster is diagnosed.
type Wanted struct {
	Namespace string   // "" is all namespaces
	Names     []string // of pods, which are diagnosed however they run; none is all pods that do not run well
	Selector  string   // of labels; "" selects every pod
}

// Live reads pods and their events from a cluster, and the controllers that cannot create their pods. The error tells that the
// pods cannot be read. What the user may not read besides is a note, and a list that ends too early an error of the input.
func Live(ctx context.Context, reader *cluster.Reader, wanted Wanted) (Input, error) {
	read := &live{reader: reader, wanted: wanted, about: map[report.Object]int{}, input: Input{Asked: len(wanted.Names) > 0, Live: true}}
	if err := read.pods(ctx); err != nil {
		return Input{}, err
	}
	for _, event := range read.events(ctx) {
		read.event(ctx, event)
	}
	for class := range read.list(ctx, "node.k8s.io", "RuntimeClass", cluster.Query{}) {
		read.add(class)
	}
	return read.input, nil
}

// live is what is read of a cluster.
type live struct {
	reader *cluster.Reader
	wanted Wanted
	input  Input
	about  map[report.Object]int // how many events are kept of an object; 0 for one that is in the input
	owners int
}

func (l *live) add(object cluster.Object) {
	made, err := manifest.Object{Value: object}.Input()
	if err != nil {
		l.input.Errors = append(l.input.Errors, report.Error{Message: err.Error()})
		return
	}
	l.input.Objects = append(l.input.Objects, made)
}

func (l *live) pods(ctx context.Context) error {
	kind, err := l.reader.Kind(ctx, "", "Pod")
	if err != nil {
		return err
	}
	for _, name := range l.wanted.Names {
		pod, err := l.reader.Get(ctx, kind, l.wanted.Namespace, name)
		if err != nil {
			return fmt.Errorf("get pod %s in namespace %s: %w", name, l.wanted.Namespace, err)
		}
		l.pod(pod)
	}
	if len(l.wanted.Names) > 0 {
		return nil
	}
	read := 0
	for pod, err := range l.reader.List(ctx, kind, cluster.Query{Namespace: l.wanted.Namespace, Selector: l.wanted.Selector}) {
		switch {
		case err != nil && read == 0:
			return err
		case err != nil:
			l.input.Errors = append(l.input.Errors, report.Error{Message: err.Error()})
		case runsWell(pod):
			l.input.Well++
		case len(l.about) < maxPods:
			l.pod(pod)
		default:
			l.note(fmt.Sprintf("Only the first %d pods that do not run well are diagnosed. Choose a namespace, or labels with -l.", maxPods))
			return nil
		}
		read++
	}
	return nil
}

func (l *live) pod(pod cluster.Object) {
	pod["apiVersion"], pod["kind"] = "v1", "Pod"
	l.about[named(*objectOf(pod))] = 0
	l.add(pod)
}

// events returns the events that may tell something: those of the pods, and warnings about controllers if no pod is named.
func (l *live) events(ctx context.Context) []cluster.Object {
	var all []cluster.Object
	for event := range l.list(ctx, "", "Event", cluster.Query{Namespace: l.wanted.Namespace}) {
		object, _ := aboutOf(event)
		kept, known := l.about[object]
		if !known && (len(l.wanted.Names) > 0 || l.wanted.Selector != "" || event["reason"] != failedCreate || l.owners == maxOwners) || kept == maxEvents {
			continue
		}
		if !known {
			l.owners++
		}
		l.about[object] = kept + 1
		all = append(all, event)
	}
	return all
}

// failedCreate is the reason of the events of controllers that cannot create their pods.
const failedCreate = "FailedCreate"

// event adds an event. The first one of a controller also adds the controller, if the user may read it.
func (l *live) event(ctx context.Context, event cluster.Object) {
	object, _ := aboutOf(event)
	if event["reason"] == failedCreate && l.about[object] > 0 && object.Kind != "Pod" {
		l.about[object] = -1
		version := textAt(mapAt(event, "involvedObject"), "apiVersion")
		group, _, ok := strings.Cut(version, "/")
		if !ok {
			group = ""
		}
		if kind, err := l.reader.Kind(ctx, group, object.Kind); err == nil {
			if owner, err := l.reader.Get(ctx, kind, object.Namespace, object.Name); err == nil {
				l.add(owner)
			}
		}
	}
	l.add(event)
}

// list yields the objects of a kind up to an error. That the user may not list them is a note.
func (l *live) list(ctx context.Context, group, kind string, query cluster.Query) func(func(cluster.Object) bool) {
	return func(yield func(cluster.Object) bool) {
		served, err := l.reader.Kind(ctx, group, kind)
		if err != nil {
			l.failed(kind, err)
			return
		}
		for object, err := range l.reader.List(ctx, served, query) {
			if err != nil {
				l.failed(kind, err)
				return
			}
			if !yield(object) {
				return
			}
		}
	}
}

func (l *live) failed(kind string, err error) {
	switch {
	case errors.Is(err, cluster.ErrNotServed):
	case cluster.IsForbidden(err):
		l.note(fmt.Sprintf("You may not list objects of the kind %s, so the answer does without them.", kind))
	default:
		l.input.Errors = append(l.input.Errors, report.Error{Message: err.Error()})
	}
}

func (l *live) note(text string) { l.input.Notes = append(l.input.Notes, text) }
