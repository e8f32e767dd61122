package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
)

// strict is the configuration under which windows-restricted asks for all that it can.
var strict = engine.Config{"rules": object{
	"container-administrator": object{"parameters": object{"requireRunAsNonRoot": true}},
	"host-process-allowed":    object{"parameters": object{"allowedNamespaces": []any{"kube-system"}}},
}}

// podSecurityDifferences are the checks of restricted that a pod which passes windows-restricted may fail.
var podSecurityDifferences = map[string]string{
	"restricted volume types": "the rules judge what Windows can mount, not what a tenant may reach",
	"hostPort":                "a port of the node works on Windows as on Linux",
	"probe or lifecycle host": "a probe of another host works on Windows as on Linux",
}

// comparePodSecurity asks Pod Security about Windows pods that pass windows-restricted, and gives the number of
// those that fail restricted for a reason that is not allowed.
func comparePodSecurity(ctx context.Context, product *product, chosen options, output io.Writer) (open int, err error) {
	judge, started, err := product.against(ctx, strict, chosen.oracle)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, started.stop()) }()
	fields, err := started.fieldsOf()
	if err != nil {
		return 0, err
	}
	made := source{seed: chosen.seed, fields: fields}
	questions := make([]any, chosen.pods)
	for i := range questions {
		questions[i] = request{Operation: "CREATE", Object: made.hardened(rand.New(rand.NewPCG(chosen.seed, uint64(i))))}
	}
	next, passing := 0, 0
	allowed := map[string]int{}
	err = started.askAll("review", questions, func(read func(any) error) error {
		var answer verdict
		if err := read(&answer); err != nil {
			return err
		}
		asked := questions[next].(request)
		next++
		found, err := judgeObject(ctx, judge, asked.Object)
		if err != nil {
			return err
		}
		if answer.Fault != "" || len(answer.Errors) > 0 || !product.passesRestricted(found) {
			return nil
		}
		passing++
		for _, check := range answer.PodSecurity {
			if podSecurityDifferences[check] != "" {
				allowed[check]++
				continue
			}
			open++
			if open <= chosen.show {
				text, _ := json.Marshal(asked.Object)
				fmt.Fprintf(output, "  %s: %s\n", check, text)
			}
		}
		return nil
	})
	fmt.Fprintf(output, "\nPod Security: %d Windows pods, %d comparisons of those that pass windows-restricted\n", chosen.pods, passing)
	for _, check := range sortedKeys(podSecurityDifferences) {
		fmt.Fprintf(output, "  %6d allowed, %s: %s\n", allowed[check], check, podSecurityDifferences[check])
	}
	fmt.Fprintf(output, "  %d disagreements\n", open)
	if err == nil && passing == 0 {
		err = errors.New("no pod passes windows-restricted, so nothing was compared")
	}
	return open, err
}

func (p *product) passesRestricted(findings []finding.Finding) bool {
	for _, one := range findings {
		if one.Severity != finding.Note && p.isRestricted(one.Rule) {
			return false
		}
	}
	return true
}

// hardened gives a Windows pod that passes windows-restricted, with a few changes.
func (s source) hardened(random *rand.Rand) object {
	spec := object{
		"nodeSelector":    object{"kubernetes.io/os": "windows"},
		"securityContext": object{"runAsNonRoot": true},
		"containers": []any{object{
			"name": "main", "image": "mcr.microsoft.com/windows/nanoserver:ltsc2022",
			"resources": object{"requests": object{"cpu": "1", "memory": "1Gi"}},
		}},
	}
	for range random.IntN(3) {
		where := pick(random, places)
		if where.list != "ephemeralContainers" { // none may stand in what is created
			s.putRandom(random, spec, where)
		}
	}
	spec["os"] = object{"name": "windows"} // Pod Security excepts only pods that declare it, and a change can have taken it away
	if random.IntN(3) == 0 {
		spec["volumes"] = []any{merge(object{"name": "data"}, pick(random, volumes))}
	}
	if random.IntN(8) == 0 {
		put(spec, place{list: "containers"}, "ports", []any{object{"containerPort": 80, "hostPort": 80}})
	}
	if random.IntN(8) == 0 {
		put(spec, place{list: "containers"}, "livenessProbe", object{"httpGet": object{"port": 80, "host": "example.com"}})
	}
	if random.IntN(8) == 0 {
		put(spec, place{list: pick(random, lists[:2]), path: []string{"securityContext"}}, "runAsNonRoot", pick(random, []any{true, false, nil}))
	}
	if random.IntN(8) == 0 {
		hostProcess(random, spec)
	}
	return shapes[0].wrap(spec)
}

var volumes = []object{
	{"emptyDir": object{}}, {"configMap": object{"name": "a"}}, {"secret": object{"secretName": "a"}},
	{"projected": object{"sources": []any{}}}, {"persistentVolumeClaim": object{"claimName": "a"}},
	{"csi": object{"driver": "a.example"}}, {"hostPath": object{"path": `C:\data`}}, {"nfs": object{"server": "a", "path": "/a"}},
	{"iscsi": object{"targetPortal": "a", "iqn": "iqn.2001-04.com.example:a", "lun": 0}}, {"azureFile": object{"secretName": "a", "shareName": "a"}},
	{"image": object{"reference": "a", "pullPolicy": "Always"}},
}
