package main

import "fmt"

// claims are what an object can say of itself that only a cluster decides. The API server removes it from what is created.
var claims = []object{
	{"deletionTimestamp": "2026-11-29T08:00:00Z"},
	{"deletionTimestamp": "2026-11-29T08:00:00Z", "deletionGracePeriodSeconds": 30, "finalizers": []any{"example.com/keep"}},
	{"deletionTimestamp": nil, "creationTimestamp": "2026-11-28T08:00:00Z"},
}

// faults are fields of a pod that the API server refuses if the pod declares windows, and one that it takes.
var faults = []object{
	{"hostPID": true},
	{"hostIPC": true},
	{"shareProcessNamespace": true},
	{"securityContext": object{"runAsUser": 1000}},
	{"securityContext": object{"sysctls": []any{object{"name": "net.ipv4.tcp_syncookies", "value": "1"}}}},
	{"terminationGracePeriodSeconds": 30},
}

// deletions gives objects of every kind that claim to be deleted, for every OS, with and without a fault.
func deletions(yield func(request) bool) {
	for _, shape := range shapes {
		for _, system := range systems {
			for _, fault := range faults {
				for _, claim := range claims {
					spec := merge(basePod(), fault)
					put(spec, place{owner: "PodSpec"}, "os", system)
					made := request{
						Operation: "CREATE", Object: merge(shape.wrap(spec), object{"metadata": claim}),
						origin: fmt.Sprintf("deletion: %s, os %v, %v, %v", shape.kind, system, fault, claim),
					}
					if !yield(made) {
						return
					}
				}
			}
		}
	}
}
