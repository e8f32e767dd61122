package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"

	"winpolicy/internal/finding"
)

// kubeletAnswer is what the kubelet of a Windows node refuses of a pod, "" if nothing.
type kubeletAnswer struct {
	Fault   string
	Sysctls string
	Volumes []string // one for each volume
}

// leastOfEach is how many pods must meet a condition of the kubelet, and how many must miss it narrowly.
const leastOfEach = 50

// condition counts the pods that a condition of the kubelet concerns.
type condition struct{ met, missed int }

// kubeletTally counts what was compared with the kubelet.
type kubeletTally struct {
	compared   int
	conditions map[string]*condition
	open       []string // the disagreements, each with its pod
}

// compareKubelet reports what the kubelet refuses and no rule denies, or the other way round, and gives the number of
// disagreements.
func compareKubelet(ctx context.Context, product *product, chosen options, output io.Writer) (open int, err error) {
	judge, started, err := product.against(ctx, nil, chosen.oracle)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, started.stop()) }()
	count, err := askKubelet(ctx, judge, started, chosen.seed, chosen.pods)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(output, "\nkubelet: %d pods, %d comparisons\n", chosen.pods, count.compared)
	for _, name := range sortedKeys(count.conditions) {
		one := count.conditions[name]
		fmt.Fprintf(output, "  %6d meet and %d narrowly miss: %s\n", one.met, one.missed, name)
		if name != created && chosen.pods >= 4000 && min(one.met, one.missed) < leastOfEach {
			count.open = append(count.open, fmt.Sprintf("too few pods for %s, at the least %d of each", name, leastOfEach))
		}
	}
	fmt.Fprintf(output, "  %d disagreements\n", len(count.open))
	for _, problem := range count.open[:min(chosen.show, len(count.open))] {
		fmt.Fprintf(output, "  %s\n", problem)
	}
	return len(count.open), nil
}

// askKubelet asks the kubelet's own code about sysctls and hostPath volumes of pods of the seed, and compares.
func askKubelet(ctx context.Context, judge *evaluators, oracle *oracle, seed uint64, number int) (*kubeletTally, error) {
	questions := make([]any, number)
	for i := range questions {
		questions[i] = object{"pod": kubeletPod(rand.New(rand.NewPCG(seed, uint64(i))))}
	}
	count := &kubeletTally{conditions: map[string]*condition{}}
	next := 0
	err := oracle.askAll("kubelet", questions, func(read func(any) error) error {
		var answer kubeletAnswer
		if err := read(&answer); err != nil {
			return err
		}
		pod := questions[next].(object)["pod"].(object)
		next++
		if answer.Fault != "" {
			return fmt.Errorf("the kubelet cannot read a pod: %s", answer.Fault)
		}
		found, err := judgeObject(ctx, judge, pod)
		if err != nil {
			return err
		}
		for _, one := range kubeletQuestions(pod, answer) {
			count.note(one, pod, deniesAt(found, one.path))
		}
		return nil
	})
	return count, err
}

func (t *kubeletTally) note(asked kubeletQuestion, pod object, denied bool) {
	t.compared++
	count := t.conditions[asked.condition]
	if count == nil {
		count = &condition{}
		t.conditions[asked.condition] = count
	}
	if asked.refused {
		count.met++
	} else {
		count.missed++
	}
	if asked.refused != denied {
		text, _ := json.Marshal(pod)
		t.open = append(t.open, fmt.Sprintf("%s: the kubelet refuses it: %t, a rule denies it: %t: %s", asked.path, asked.refused, denied, text))
	}
}

// created is no condition: the kubelet creates what is missing, or checks nothing.
const created = "hostPath that the kubelet creates or does not check"

// kubeletQuestion is one place in a pod that the kubelet can refuse.
type kubeletQuestion struct {
	condition string
	path      string
	refused   bool // by the kubelet, if the pod is for Windows
}

// kubeletQuestions gives the places of a pod that meet a condition of the kubelet, or miss it narrowly.
func kubeletQuestions(pod object, answer kubeletAnswer) []kubeletQuestion {
	spec := pod["spec"].(object)
	windows := spec["nodeSelector"].(object)["kubernetes.io/os"] == "windows"
	var all []kubeletQuestion
	if context, ok := spec["securityContext"].(object); ok {
		if _, ok := context["sysctls"]; ok {
			all = append(all, kubeletQuestion{"sysctls", "spec.securityContext.sysctls", windows && answer.Sysctls != ""})
		}
	}
	volumes, _ := spec["volumes"].([]any)
	for i, one := range volumes {
		host := one.(object)["hostPath"].(object)
		kind, _ := host["type"].(string)
		path := fmt.Sprintf("spec.volumes[%d].hostPath", i)
		refused := windows && answer.Volumes[i] != ""
		if slices.Contains(checkedTypes, kind) {
			all = append(all, kubeletQuestion{"hostPath of type " + kind, path, refused})
			continue
		}
		all = append(all, kubeletQuestion{created, path, refused})
	}
	return all
}

// deniesAt reports whether a rule denies something at a path or below it, for the kubelet or the API server.
func deniesAt(findings []finding.Finding, path string) bool {
	return slices.ContainsFunc(findings, func(one finding.Finding) bool {
		return one.Severity == finding.Deny && (one.Field == path || strings.HasPrefix(one.Field, path+"."))
	})
}

// checkedTypes are the types of hostPath that the kubelet only checks.
var checkedTypes = []string{"File", "Directory", "Socket", "CharDevice", "BlockDevice"}

// kubeletPod gives a pod with sysctls and hostPath volumes, for Windows by declaration or by its selector, or for Linux.
func kubeletPod(random *rand.Rand) object {
	spec := object{
		"nodeSelector": object{"kubernetes.io/os": pick(random, []string{"windows", "windows", "linux"})},
		"containers":   []any{object{"name": "main", "image": "registry.example/main:1"}},
	}
	if random.IntN(2) == 0 {
		spec["os"] = object{"name": spec["nodeSelector"].(object)["kubernetes.io/os"]}
	}
	put(spec, place{path: []string{"securityContext"}}, "sysctls", pick(random, []any{
		absent{}, []any{}, []any{object{"name": "net.core.somaxconn", "value": "1"}},
		[]any{object{"name": "kernel.shm_rmid_forced", "value": "1"}, object{"name": "net.ipv4.ip_local_port_range", "value": "1 2"}},
	}))
	var made []any
	for i := range random.IntN(4) {
		host := object{"path": pick(random, hostPaths)}
		kind := pick(random, append([]string{"", "DirectoryOrCreate", "FileOrCreate"}, checkedTypes...))
		if kind == "CharDevice" && !strings.HasPrefix(host["path"].(string), "/") {
			kind = "File" // nothing but the name of a device is one, and no rule knows those names
		}
		if kind != "" {
			host["type"] = kind
		}
		made = append(made, object{"name": fmt.Sprintf("host-%d", i), "hostPath": host})
	}
	if made != nil {
		spec["volumes"] = made
	}
	return object{"apiVersion": "v1", "kind": "Pod", "metadata": object{"name": "web"}, "spec": spec}
}

// hostPaths are paths that only Linux nodes have, and paths that Windows nodes have or can have.
var hostPaths = []string{
	"/etc/machine-id", "/etc/localtime", "/proc", "/sys/fs/cgroup", "/dev/kvm", "/dev/sda", "/var/run/docker.sock",
	"/run/containerd/containerd.sock", "/lib/modules", "/usr/share/zoneinfo", "/boot", "/run/udev",
	"/etc/kubernetes", "/etc/kubernetes/pki/ca.crt", "/etc/cni/net.d", "/var/lib/kubelet", "/var/log/pods", "/opt/cni/bin",
	`C:\data`, `C:\app.conf`, "C:/var/log", `D:\data`, "c:/run/agent.sock",
}
