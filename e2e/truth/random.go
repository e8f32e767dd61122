package main

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"

	"winpolicy/internal/sample"
)

// source makes objects at random, the same ones from the same seed.
type source struct {
	seed    uint64
	fields  map[string][]field
	samples []sample.Sample
}

// requests gives the objects of the numbers from 0.
func (s source) requests(number int) iter.Seq[request] {
	return func(yield func(request) bool) {
		for i := range max(number, 0) {
			if !yield(s.request(i)) {
				return
			}
		}
	}
}

// request gives the object of a number: a combination of fields, or a sample that something was changed in.
func (s source) request(number int) request {
	random := rand.New(rand.NewPCG(s.seed, uint64(number)))
	var made request
	if number%4 == 0 {
		made = s.mutated(random)
	} else {
		made = s.combined(random)
	}
	made.origin = fmt.Sprintf("random: seed %d, number %d%s", s.seed, number, made.origin)
	return made
}

// combined gives an object of some kind with several fields set at once.
func (s source) combined(random *rand.Rand) request {
	shape := pick(random, shapes)
	spec := object{}
	for _, list := range lists[:1+random.IntN(len(lists))] {
		var containers []any
		for i := range random.IntN(3) {
			containers = append(containers, object{"name": fmt.Sprintf("%s-%d", list[:4], i), "image": "registry.example/image:1"})
		}
		if containers != nil {
			spec[list] = containers
		}
	}
	if spec["containers"] == nil {
		spec["containers"] = []any{object{"name": "main", "image": "registry.example/image:1"}}
	}
	put(spec, place{owner: "PodSpec"}, "os", pick(random, systems))
	for range 1 + random.IntN(8) {
		where := pick(random, places)
		s.putRandom(random, spec, where)
	}
	if random.IntN(4) == 0 {
		hostProcess(random, spec)
	}
	if random.IntN(3) > 0 {
		return shape.request(place{list: pick(random, lists)}, spec)
	}
	before := basePod()
	if system, ok := spec["os"]; ok && random.IntN(2) == 0 {
		before["os"] = system
	}
	return request{Operation: "UPDATE", Object: shape.wrap(spec), OldObject: shape.wrap(before)}
}

// putRandom sets one field of a place, in any container of its list.
func (s source) putRandom(random *rand.Rand, spec object, where place) {
	one := pick(random, s.fields[where.owner])
	if where.owner == "PodSpec" && slices.Contains(lists, one.Name) {
		return
	}
	value := pick(random, valuesOf(where.owner, one))
	containers, _ := spec[where.list].([]any)
	if where.list == "" || len(containers) < 2 {
		put(spec, where, one.Name, value)
		return
	}
	which := object{where.list: []any{pick(random, containers)}}
	put(which, where, one.Name, value)
}

// hostProcess sets hostProcess in some of the places where it can stand.
func hostProcess(random *rand.Rand, spec object) {
	values := []any{true, true, false, nil, absent{}}
	path := []string{"securityContext", "windowsOptions"}
	put(spec, place{path: path}, "hostProcess", pick(random, values))
	for _, list := range lists {
		containers, _ := spec[list].([]any)
		for _, container := range containers {
			put(object{list: []any{container}}, place{list: list, path: path}, "hostProcess", pick(random, values))
		}
	}
	put(spec, place{}, "hostNetwork", pick(random, values))
}

// mutated gives a sample with one to three changes anywhere in it.
func (s source) mutated(random *rand.Rand) request {
	one := pick(random, s.samples)
	made := requestOf(one)
	made.origin = ", from " + one.File + " " + one.Name
	if made.SubResource == "resize" {
		return made // it must match the containers that there are
	}
	for range 1 + random.IntN(3) {
		change(random, made.Object)
	}
	if made.SubResource != "" {
		made.Object = prepared(made)
	}
	return made
}

// prepared gives the object of a request for ephemeral containers as admission sees it: the API server takes all else
// from the object it has.
func prepared(made request) object {
	whole := copied(made.OldObject).(object)
	changed, _ := made.Object["spec"].(object)
	spec, ok := whole["spec"].(object)
	if containers, has := changed["ephemeralContainers"]; ok && has {
		spec["ephemeralContainers"] = containers
	}
	return whole
}

// odd are values to put where others stand.
var odd = []any{
	nil, false, true, 0, 1, -1, 1.5, "", "windows", "linux", "Windows", "x", `C:\`, "10.0.20348", object{}, []any{}, []any{nil}, object{"": nil},
}

// change alters one value somewhere in an object: takes it away, doubles it, or puts another in its place.
func change(random *rand.Rand, in object) {
	for len(in) > 0 {
		key := pick(random, sortedKeys(in))
		if key == "apiVersion" || key == "kind" {
			if len(in) < 3 {
				return
			}
			continue
		}
		below, ok := in[key].(object)
		if list, isList := in[key].([]any); isList && len(list) > 0 {
			item := random.IntN(len(list))
			switch random.IntN(6) {
			case 0:
				in[key] = append(list, copied(list[item]))
				return
			case 1:
				list[item] = pick(random, odd)
				return
			}
			below, ok = list[item].(object)
		}
		if ok && random.IntN(5) > 0 {
			in = below
			continue
		}
		if random.IntN(2) == 0 {
			delete(in, key)
		} else {
			in[key] = copied(pick(random, odd))
		}
		return
	}
}

func pick[T any](random *rand.Rand, from []T) T { return from[random.IntN(len(from))] }
