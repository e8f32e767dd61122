package main

import "strings"

// absent is the value of a field that is not there.
type absent struct{}

// valuesOf gives the values that a field is tried with: absent, null, the zero of its form, empty, and set.
func valuesOf(owner string, of field) []any {
	values := append([]any{absent{}, nil}, emptyValues[of.Form]...)
	if own, ok := setValues[owner+"."+of.Name]; ok {
		return append(values, own...)
	}
	if own, ok := setValues[of.Name]; ok {
		return append(values, own...)
	}
	return append(values, formValues[of.Form]...)
}

var emptyValues = map[string][]any{
	"bool": {false}, "number": {0}, "string": {""}, "list": {[]any{}}, "object": {object{}},
}

var formValues = map[string][]any{
	"bool": {true}, "number": {1}, "string": {"x"}, "list": {}, "object": {},
}

// setValues are those that the API server takes, or judges by its own grammar, for fields where a value of the form
// alone would be refused for another reason. An owner before the field makes it that owner's alone.
var setValues = map[string][]any{
	"os":                       {object{"name": "windows"}, object{"name": "linux"}, object{"name": "Windows"}, object{"name": nil}},
	"nodeSelector":             {object{"kubernetes.io/os": "windows"}, object{"kubernetes.io/os": "linux"}},
	"restartPolicy":            {"Never", "OnFailure"},
	"dnsPolicy":                {"ClusterFirstWithHostNet", "Default"},
	"runtimeClassName":         {"windows"},
	"tolerations":              {[]any{object{"operator": "Exists"}}},
	"volumes":                  {[]any{object{"name": "data", "emptyDir": object{"medium": "Memory"}}}},
	"resources":                {object{"limits": object{"cpu": "1"}}, object{"limits": object{}}},
	"PodSpec.resources":        {object{"limits": object{"cpu": "1", "memory": "1Gi"}}, object{"limits": object{}}},
	"seLinuxOptions":           {object{"level": "s0:c1,c2"}},
	"seccompProfile":           {object{"type": "RuntimeDefault"}, object{"type": "Localhost", "localhostProfile": "a.json"}},
	"appArmorProfile":          {object{"type": "RuntimeDefault"}, object{"type": "Unconfined"}},
	"sysctls":                  {[]any{object{"name": "net.core.somaxconn", "value": "1"}}},
	"supplementalGroups":       {[]any{0}, []any{2000}},
	"supplementalGroupsPolicy": {"Merge", "Strict"},
	"fsGroupChangePolicy":      {"OnRootMismatch", "Always"},
	"seLinuxChangePolicy":      {"MountOption", "Recursive"},
	"procMount":                {"Default", "Unmasked"},
	"capabilities":             {object{"add": []any{}}, object{"drop": []any{"ALL"}}},
	"windowsOptions":           {object{"hostProcess": false}, object{"hostProcess": true}, object{"runAsUserName": "ContainerUser"}, object{"runAsUserName": nil}},
	"gmsaCredentialSpecName":   {"webapp1", "gmsa-WebApp1", "a.b-c", "-a", "a_b", strings.Repeat("a", 253), strings.Repeat("a", 254)},
	"gmsaCredentialSpec":       {"{}", strings.Repeat("a", 65536), strings.Repeat("a", 65537)},
	"runAsUserName":            userNames,
	"lifecycle":                {object{"stopSignal": "SIGTERM"}, object{"preStop": object{"sleep": object{"seconds": 1}}}},
	"terminationMessagePath":   {`C:\log`},
	"Container.name":           {"other"},
	"Container.image":          {"mcr.microsoft.com/windows/servercore:ltsc2022"},
	"imagePullPolicy":          {"Always"},
	"ports":                    {[]any{object{"containerPort": 80, "hostPort": 80}}},
	"volumeMounts":             {[]any{object{"name": "none", "mountPath": "/data", "mountPropagation": "Bidirectional"}}},
}

// userNames try each part of the grammar of runAsUserName from both sides.
var userNames = []any{
	"ContainerUser", `NT AUTHORITY\SYSTEM`, `a\b\c`, `\user`, `DOMAIN\`, `.domain\user`, `domain.example\user`, "a\tb",
	"a\u0085b", `-domain\user`, `a domain\user`, strings.Repeat("d", 15) + `\user`, strings.Repeat("d", 16) + `\user`,
	strings.Repeat("d", 64) + `\user`, strings.Repeat("d.", 127) + `d\user`, strings.Repeat("d.", 128) + `d\user`,
	`dömäin\user`, strings.Repeat("u", 104), strings.Repeat("u", 105), strings.Repeat("é", 52), strings.Repeat("é", 53),
	"..", ". .", " ", "a.b", `a"b`, "a/b", "a:b", "a;b", "a|b", "a=b", "a,b", "a+b", "a*b", "a?b", "a<b", "a>b", "a@b", "a[b", "a]b",
}
