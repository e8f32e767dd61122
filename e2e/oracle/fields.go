package main

import (
	"reflect"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// fields asks what fields the types of a pod have that say how it runs.
type fields struct{}

// known is a field as JSON spells it, with the form of its value: bool, number, string, list or object.
type known struct {
	Name string `json:"name"`
	Form string `json:"form"`
}

// answer gives the fields by type.
func (fields) answer() map[string][]known {
	all := map[string][]known{}
	for _, one := range []any{
		corev1.PodSpec{}, corev1.PodSecurityContext{}, corev1.Container{}, corev1.SecurityContext{},
		corev1.WindowsSecurityContextOptions{},
	} {
		kind := reflect.TypeOf(one)
		for i := range kind.NumField() {
			name, _, _ := strings.Cut(kind.Field(i).Tag.Get("json"), ",")
			all[kind.Name()] = append(all[kind.Name()], known{Name: name, Form: form(kind.Field(i).Type)})
		}
	}
	return all
}

func form(of reflect.Type) string {
	switch of.Kind() {
	case reflect.Pointer:
		return form(of.Elem())
	case reflect.Bool:
		return "bool"
	case reflect.Int32, reflect.Int64:
		return "number"
	case reflect.Slice:
		return "list"
	case reflect.Struct, reflect.Map:
		return "object"
	default:
		return "string"
	}
}
