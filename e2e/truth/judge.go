package main

import (
	"context"
	"fmt"
	"maps"
	"sync"
)

// judge puts requests before the product and the API server, and counts what they say.
type judge struct {
	engine *evaluators
	oracle *oracle
}

// chunk is how many requests a judge takes at once.
const chunk = 200

// judgeAll lets the judges share the requests, and gives the sum of what they counted.
func judgeAll(ctx context.Context, judges []judge, requests func(func(request) bool)) (*tally, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	chunks := make(chan []request)
	sum := newTally()
	var lock sync.Mutex
	var working sync.WaitGroup
	for _, one := range judges {
		working.Go(func() {
			for some := range chunks {
				counted, err := one.judge(ctx, some)
				if err != nil {
					cancel(err)
					return
				}
				lock.Lock()
				sum.add(counted)
				lock.Unlock()
			}
		})
	}
	send := func(some []request) bool {
		select {
		case chunks <- some:
			return true
		case <-ctx.Done():
			return false
		}
	}
	var waiting []request
	for one := range requests {
		waiting = append(waiting, one)
		if len(waiting) < chunk {
			continue
		}
		if !send(waiting) {
			break
		}
		waiting = nil
	}
	send(waiting)
	close(chunks)
	working.Wait()
	return sum, context.Cause(ctx)
}

func (j judge) judge(ctx context.Context, some []request) (*tally, error) {
	count := newTally()
	questions := make([]any, len(some))
	for i, one := range some {
		questions[i] = one
	}
	next := 0
	err := j.oracle.askAll("review", questions, func(read func(any) error) error {
		var answer verdict
		if err := read(&answer); err != nil {
			return err
		}
		one := some[next]
		next++
		found, err := judgeObject(ctx, j.engine, input(one))
		if err != nil {
			return fmt.Errorf("%s: %w", one.origin, err)
		}
		count.objects++
		for _, disagreement := range compare(one, answer, found, count) {
			count.note(one, disagreement)
		}
		return nil
	})
	return count, err
}

// input is what the product is asked: of what is created the manifest, of an update the AdmissionReview.
func input(one request) object {
	if one.Operation == "CREATE" && one.SubResource == "" {
		return one.Object
	}
	return object{
		"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
		"request": object{
			"uid": "1", "operation": one.Operation, "subResource": one.SubResource, "namespace": "default",
			"object": one.Object, "oldObject": one.OldObject,
		},
	}
}

func newTally() *tally { return &tally{allowed: map[*difference]int{}} }

// note counts a disagreement where it is allowed, and keeps it where it is not.
func (t *tally) note(one request, found disagreement) {
	if known := allows(found); known != nil {
		t.allowed[known]++
		return
	}
	t.open = append(t.open, unexplained{disagreement: found, request: one})
}

func (t *tally) add(other *tally) {
	t.objects += other.objects
	t.unreadable += other.unreadable
	t.refusals += other.refusals
	t.denials += other.denials
	t.open = append(t.open, other.open...)
	for known, number := range maps.All(other.allowed) {
		t.allowed[known] += number
	}
}
