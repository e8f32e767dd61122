package main

import (
	"context"
	"fmt"
	"strings"

	"winpolicy/internal/finding"
)

// builds are those of the Windows Servers there are, and the words of tags that name them.
var builds = map[string][]string{
	"10.0.16299": {"1709"},
	"10.0.17134": {"1803"},
	"10.0.17763": {"ltsc2019", "1809", "10.0.17763.6054"},
	"10.0.18362": {"1903"},
	"10.0.18363": {"1909"},
	"10.0.19041": {"2004"},
	"10.0.19042": {"20H2"},
	"10.0.20348": {"ltsc2022", "10.0.20348.2762"},
	"10.0.25398": {"10.0.25398.1"},
	"10.0.26100": {"ltsc2025", "10.0.26100.1742"},
}

// matrix asks containerd which images run on which nodes, by node build and image build.
func matrix(oracle *oracle) (map[[2]string]bool, error) {
	runs := map[[2]string]bool{}
	for _, node := range sortedKeys(builds) {
		for _, image := range sortedKeys(builds) {
			var answer struct{ Runs bool }
			if err := oracle.ask("image", object{"node": platform(node), "image": platform(image)}, &answer); err != nil {
				return nil, err
			}
			runs[[2]string{node, image}] = answer.Runs
		}
	}
	return runs, nil
}

func platform(build string) object {
	return object{"os": "windows", "architecture": "amd64", "os.version": build + ".1"}
}

// compareImages gives the number of pairs of a node's build and an image's tag, and those where image-build and
// containerd disagree.
func compareImages(ctx context.Context, judge *evaluators, runs map[[2]string]bool) (int, []string, error) {
	number := 0
	var open []string
	for _, node := range sortedKeys(builds) {
		for _, image := range sortedKeys(builds) {
			for _, tag := range builds[image] {
				number++
				found, err := judgeObject(ctx, judge, podOn(node, tag))
				if err != nil {
					return 0, nil, fmt.Errorf("image of tag %s on %s: %w", tag, node, err)
				}
				denied := false
				for _, one := range found {
					denied = denied || one.Rule == "image-build" && one.Severity == finding.Deny
				}
				if runs := runs[[2]string{node, image}]; denied == runs {
					open = append(open, fmt.Sprintf("tag %s on a node of %s: containerd runs it: %t, image-build denies it: %t", tag, node, runs, denied))
				}
			}
		}
	}
	return number, open, nil
}

func podOn(node, tag string) object {
	return object{
		"apiVersion": "v1", "kind": "Pod", "metadata": object{"name": "web"},
		"spec": object{
			"os":           object{"name": "windows"},
			"nodeSelector": object{"kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": node},
			"containers":   []any{object{"name": "main", "image": "mcr.microsoft.com/windows/servercore:" + strings.ToLower(tag)}},
		},
	}
}
