// Command oracle answers for Kubernetes: what its API server, its scheduler, Pod Security and containerd would say. It
// reads questions as JSON, one after another, on standard input, and writes an answer of one line for each.
//
// Nothing is imitated here: the code asked is that of k8s.io/kubernetes and github.com/containerd/platforms at the
// versions of go.mod, or of go.1.35.4.mod and go.1.36.3.mod, which build it from earlier releases of Kubernetes.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/capabilities"
)

// question holds one of its fields.
type question struct {
	Review   *review       `json:"review"`   // is the request admitted?
	Cluster  *cluster      `json:"cluster"`  // from now on this is the cluster
	Place    *place        `json:"place"`    // where may the pod go?
	Schedule *schedule     `json:"schedule"` // where does the scheduler bind these pods?
	Image    *image        `json:"image"`    // does the node run the image?
	Kubelet  *kubelet      `json:"kubelet"`  // what does the kubelet of a Windows node refuse?
	Fields   *fields       `json:"fields"`   // what fields does a pod have?
	Release  *release      `json:"release"`  // which Kubernetes answers?
	Policies policies      `json:"policies"` // from now on these admission policies are asked
	Admit    *policyReview `json:"admit"`    // what do they answer?
	Cost     *cost         `json:"cost"`     // how long does it take to read and validate an object?
}

func main() {
	klog.SetLogger(klog.New(nil)) // Kubernetes 1.36 logs thousands of duplicates between two kinds of validation
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "oracle:", err)
		os.Exit(1)
	}
}

func run(input io.Reader, output io.Writer) error {
	asked := json.NewDecoder(bufio.NewReaderSize(input, 1<<20))
	buffer := bufio.NewWriter(output)
	answered := json.NewEncoder(buffer)
	oracle, err := newOracle()
	if err != nil {
		return err
	}
	for {
		var one question
		if err := asked.Decode(&one); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("read a question: %w", err)
		}
		answer, err := oracle.answer(one)
		if err != nil {
			return err
		}
		if err := answered.Encode(answer); err != nil {
			return fmt.Errorf("write an answer: %w", err)
		}
		if err := buffer.Flush(); err != nil {
			return fmt.Errorf("write an answer: %w", err)
		}
	}
}

// oracle holds what is made once.
type oracle struct {
	podSecurity podSecurity
	cluster     *cluster
	policies    []compiled
}

func newOracle() (*oracle, error) {
	// As kube-apiserver --allow-privileged, without which it refuses every HostProcess container.
	capabilities.Setup(true, 0)
	checks, err := newPodSecurity()
	if err != nil {
		return nil, err
	}
	return &oracle{podSecurity: checks}, nil
}

func (o *oracle) answer(one question) (_ any, err error) {
	switch {
	case one.Review != nil:
		return o.judge(*one.Review), nil
	case one.Cluster != nil:
		o.cluster = one.Cluster
		return struct{}{}, o.cluster.start()
	case o.cluster == nil && (one.Place != nil || one.Schedule != nil):
		return nil, errors.New("a question about a cluster before there is one")
	case one.Place != nil:
		return one.Place.answer(o.cluster), nil
	case one.Schedule != nil:
		return one.Schedule.answer(o.cluster)
	case one.Image != nil:
		return one.Image.answer(), nil
	case one.Kubelet != nil:
		return one.Kubelet.answer()
	case one.Fields != nil:
		return one.Fields.answer(), nil
	case one.Release != nil:
		return one.Release.answer()
	case one.Policies != nil:
		o.policies, err = one.Policies.compile()
		return struct{}{}, err
	case one.Admit != nil:
		return o.admit(*one.Admit)
	case one.Cost != nil:
		return one.Cost.answer()
	}
	return nil, errors.New("a question without any of review, cluster, place, schedule, image, kubelet, fields, release, policies, admit, cost")
}
