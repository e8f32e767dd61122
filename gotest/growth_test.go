package gotest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/stretchr/testify/require"

	plans "winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/gatekeeper"
)

type (
	object = map[string]any
	list   = []any
)

// steps counts the expressions that OPA begins to evaluate. OPA asks before each whether it is to stop. Unlike time, the number
// is the same on every machine.
type steps int

// Cancel is what OPA calls to stop; no test does.
func (s *steps) Cancel() {}

// Cancelled counts.
func (s *steps) Cancelled() bool {
	*s++
	return false
}

// many makes a list of n items.
func many(n int, item func(i int) any) list {
	made := make(list, n)
	for i := range made {
		made[i] = item(i)
	}
	return made
}

func named(i int) string { return fmt.Sprintf("n%d", i) }

// inPod gives the fields of a PodSpec with one list.
func inPod(field string, item func(i int) any) func(n int) object {
	return func(n int) object { return object{field: many(n, item)} }
}

// inContainer gives the same for a container of the pod.
func inContainer(field string, item func(i int) any) func(n int) object {
	return func(n int) object { return object{"containers": list{container(field, many(n, item))}} }
}

func container(field string, value any) object {
	return object{"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2022", field: value}
}

// faulty is a container that a rule reports.
func faulty(i int) any {
	return object{
		"name": named(i), "image": "mcr.microsoft.com/windows/servercore:ltsc2022", "securityContext": object{"runAsUser": 1},
	}
}

func inTerms(terms func(n int) list) func(n int) object {
	return func(n int) object {
		return object{"affinity": object{"nodeAffinity": object{
			"requiredDuringSchedulingIgnoredDuringExecution": object{"nodeSelectorTerms": terms(n)},
		}}}
	}
}

func in(key string, values list) object {
	return object{"key": key, "operator": "In", "values": values}
}

func ofVolume(kind string, value any) func(i int) any {
	return func(i int) any { return object{"name": named(i), kind: value} }
}

// mountAt mounts a volume at a path.
func mountAt(path func(i int) string) func(i int) any {
	return func(i int) any { return object{"name": named(i), "mountPath": path(i), "subPath": "a"} }
}

// lists gives the PodSpecs that have n of something that a pod can have many of.
var lists = map[string]func(n int) object{
	"containers":          inPod("containers", faulty),
	"initContainers":      inPod("initContainers", faulty),
	"ephemeralContainers": inPod("ephemeralContainers", faulty),

	"volumes that are empty":  inPod("volumes", ofVolume("emptyDir", object{"medium": "Memory"})),
	"volumes of the host":     inPod("volumes", ofVolume("hostPath", object{"path": "/proc", "type": "Directory"})),
	"volumes that are pipes":  inPod("volumes", ofVolume("hostPath", object{"path": `\\.\pipe\a`, "type": "Socket"})),
	"volumes of claims":       inPod("volumes", ofVolume("persistentVolumeClaim", object{"claimName": "a"})),
	"volumes of images":       inPod("volumes", ofVolume("image", object{"reference": "a"})),
	"volumes with modes":      inPod("volumes", ofVolume("secret", object{"defaultMode": 256, "defaultUser": 1})),
	"volumeMounts":            inContainer("volumeMounts", mountAt(func(i int) string { return "/" + named(i) })),
	"volumeMounts at one":     inContainer("volumeMounts", mountAt(func(i int) string { return []string{"/data", `C:\data`}[i%2] })),
	"volumeMounts of pipes":   inContainer("volumeMounts", mountAt(func(i int) string { return "//./pipe/" + named(i) })),
	"volumeDevices":           inContainer("volumeDevices", func(i int) any { return object{"name": named(i), "devicePath": "/a"} }),
	"volumeMounts of volumes": mountsOfVolumes,
	"items": func(n int) object {
		return object{"volumes": list{object{"name": "a", "secret": object{"items": many(n, func(i int) any {
			return object{"key": named(i), "path": named(i), "mode": 1, "user": 1}
		})}}}}
	},
	"sources": func(n int) object {
		return object{"volumes": list{object{"name": "a", "projected": object{"sources": many(n, func(int) any {
			return object{"secret": object{"items": list{object{"key": "a", "mode": 1}}}}
		})}}}}
	},

	"env":     inContainer("env", func(i int) any { return object{"name": named(i), "value": "$(A)"} }),
	"envFrom": inContainer("envFrom", func(i int) any { return object{"configMapRef": object{"name": named(i)}} }),
	"ports":   inContainer("ports", func(i int) any { return object{"containerPort": i + 1, "hostPort": i + 1} }),
	"command": inContainer("command", func(i int) any { return named(i) }),
	"args":    inContainer("args", func(int) any { return "/bin/sh" }),
	"claims of a container": func(n int) object {
		return object{"containers": list{container("resources", object{"claims": many(n, func(i int) any { return object{"name": named(i)} })})}}
	},
	"capabilities": func(n int) object {
		add := object{"capabilities": object{"add": many(n, func(i int) any { return named(i) })}}
		return object{"containers": list{container("securityContext", add)}}
	},
	"requests": func(n int) object {
		return object{"containers": list{container("resources", object{"requests": fields(n), "limits": fields(n)})}}
	},

	"tolerations":       inPod("tolerations", func(i int) any { return object{"key": named(i), "operator": "Exists"} }),
	"tolerations alike": inPod("tolerations", func(i int) any { return object{"operator": "Exists", "tolerationSeconds": i} }),
	"hostAliases":       inPod("hostAliases", func(i int) any { return object{"ip": "10.0.0.1", "hostnames": list{named(i)}} }),
	"resourceClaims":    inPod("resourceClaims", func(i int) any { return object{"name": named(i), "resourceClaimName": "a"} }),
	"imagePullSecrets":  inPod("imagePullSecrets", func(i int) any { return object{"name": named(i)} }),
	"readinessGates":    inPod("readinessGates", func(i int) any { return object{"conditionType": named(i)} }),
	"schedulingGates":   inPod("schedulingGates", func(i int) any { return object{"name": named(i)} }),
	"spread":            inPod("topologySpreadConstraints", func(i int) any { return object{"topologyKey": named(i), "maxSkew": 1} }),

	"nodeSelector":       func(n int) object { return object{"nodeSelector": fields(n)} },
	"securityContext":    func(n int) object { return object{"securityContext": fields(n)} },
	"windowsOptions":     func(n int) object { return object{"securityContext": object{"windowsOptions": fields(n)}} },
	"sysctls":            inContext("sysctls", func(i int) any { return object{"name": named(i), "value": "1"} }),
	"supplementalGroups": inContext("supplementalGroups", func(i int) any { return i }),

	"terms": inTerms(func(n int) list {
		return many(n, func(i int) any {
			return object{"matchExpressions": list{
				in("kubernetes.io/os", list{"windows"}), in("node.kubernetes.io/windows-build", list{named(i)}),
			}}
		})
	}),
	"expressions": inTerms(func(n int) list {
		return list{object{"matchExpressions": many(n, func(int) any { return in("kubernetes.io/os", list{"windows"}) })}}
	}),
	"values": inTerms(func(n int) list {
		return list{object{"matchExpressions": list{in("node.kubernetes.io/windows-build", many(n, func(i int) any { return named(i) }))}}}
	}),
	"fields of nodes": inTerms(func(n int) list {
		return list{object{"matchFields": many(n, func(i int) any { return in("metadata.name", list{named(i)}) })}}
	}),
}

func mountsOfVolumes(n int) object {
	spec := inPod("volumes", ofVolume("secret", object{}))(n)
	spec["containers"] = inContainer("volumeMounts", mountAt(func(i int) string { return "/" + named(i) }))(n)["containers"]
	return spec
}

func inContext(field string, item func(i int) any) func(n int) object {
	return func(n int) object { return object{"securityContext": object{field: many(n, item)}} }
}

func fields(n int) object {
	made := object{}
	for i := range n {
		made["example.com/"+named(i)] = "1"
	}
	return made
}

// counter counts what an evaluator does to judge a pod.
type counter struct {
	items   int // of each list; topdown is slower than the plan
	perItem int // the most that an item may take
	count   func(t *testing.T, pod ast.Value) int
}

// everyRule is a configuration that turns on all rules.
func everyRule(t *testing.T) engine.Config {
	t.Helper()
	enabled := object{}
	for _, rule := range loadRules(t) {
		enabled[rule.ID] = object{"enabled": true}
	}
	return engine.Config{"platform": "generic", "rules": enabled}
}

func counted(t *testing.T, query opa.PreparedEvalQuery, input ast.Value) int {
	t.Helper()
	var done steps
	results, err := query.Eval(t.Context(), opa.EvalParsedInput(input), opa.EvalExternalCancel(&done))
	require.NoError(t, err)
	require.Len(t, results, 1)
	return int(done)
}

func counters(t *testing.T) map[string]counter {
	t.Helper()
	known := engine.Data{Config: everyRule(t)}
	report := newProduct(t).prepare(t, "data.winpolicy.report", known).PreparedEvalQuery
	made, err := plans.Plan()
	require.NoError(t, err)
	value, err := known.Value()
	require.NoError(t, err)
	data := ast.NewTerm(value)
	template := preparedTemplate(t, "k8swindowsworkloads")
	parameters := ast.NewTerm(ast.MustInterfaceToValue(map[string]any(known.Config)))
	return map[string]counter{
		"topdown": {500, 700, func(t *testing.T, pod ast.Value) int { return counted(t, report, pod) }},
		"plan": {3000, 300, func(t *testing.T, pod ast.Value) int {
			work, err := made.Work(t.Context(), ast.NewTerm(pod), data, time.Now())
			require.NoError(t, err)
			return work
		}},
		"the template": {500, 600, func(t *testing.T, pod ast.Value) int {
			review := ast.NewObject([2]*ast.Term{ast.StringTerm("object"), ast.NewTerm(pod)}, [2]*ast.Term{ast.StringTerm("operation"), ast.StringTerm("CREATE")})
			input := ast.NewObject([2]*ast.Term{ast.StringTerm("review"), ast.NewTerm(review)}, [2]*ast.Term{ast.StringTerm("parameters"), parameters})
			return counted(t, template, input)
		}},
	}
}

// preparedTemplate compiles the Rego of a template, and asks it as Gatekeeper does.
func preparedTemplate(t *testing.T, name string) opa.PreparedEvalQuery {
	t.Helper()
	all := templatesOf(t, gatekeeper.BySubject)
	index := slices.IndexFunc(all, func(template gatekeeper.Template) bool { return template.Metadata.Name == name })
	require.GreaterOrEqual(t, index, 0)
	source := all[index].Spec.Targets[0].Code[0].Source
	options := []func(*opa.Rego){opa.Query("data." + name + ".violation"), opa.Module("entry.rego", source.Rego)}
	for i, library := range source.Libs {
		options = append(options, opa.Module(fmt.Sprintf("library%d.rego", i), library))
	}
	prepared, err := opa.New(options...).PrepareForEval(t.Context())
	require.NoError(t, err)
	return prepared
}

// A pod of 3,000 of anything is small enough for the API server. If a rule compares each item with all others, its review
// takes longer than Gatekeeper's webhook waits, and the API server then admits the pod unjudged.
func TestJudgement_GrowsWithTheLengthOfEachList(t *testing.T) {
	for evaluator, by := range counters(t) {
		for name, with := range lists {
			for _, os := range []string{"windows", "linux"} {
				t.Run(name+" of a pod for "+os+" in "+evaluator, func(t *testing.T) {
					t.Parallel()
					half, whole := by.count(t, podOf(with(by.items/2), os)), by.count(t, podOf(with(by.items), os))
					t.Logf("%d steps, %d with half of them", whole, half)
					require.LessOrEqual(t, float64(whole), 2.1*float64(half), "twice as many items need more than twice the steps")
					require.LessOrEqual(t, whole, by.items*by.perItem)
				})
			}
		}
	}
}

// podOf gives a pod with these fields for an OS.
func podOf(spec object, os string) ast.Value {
	if _, ok := spec["containers"]; !ok {
		spec["containers"] = list{container("command", list{"app.exe"})}
	}
	selector, ok := spec["nodeSelector"].(object)
	if !ok {
		selector = object{}
		spec["nodeSelector"] = selector
	}
	selector["kubernetes.io/os"] = os
	return ast.MustInterfaceToValue(object{
		"apiVersion": "v1", "kind": "Pod", "metadata": object{"name": "web", "namespace": "shop"}, "spec": spec,
	})
}
