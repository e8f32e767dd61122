package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPodsOf_TellsPodsFromTexts(t *testing.T) {
	for name, tc := range map[string]struct {
		arguments, names []string
		ok               bool
	}{
		"a pod":                     {[]string{"pod/web"}, []string{"web"}, true},
		"several pods":              {[]string{"pod/web", "po/api-0"}, []string{"web", "api-0"}, true},
		"a pod in two words":        {[]string{"pod", "web"}, []string{"web"}, true},
		"all pods":                  {[]string{"pods"}, []string{}, true},
		"standard input":            {[]string{"-"}, nil, false},
		"a text":                    {[]string{"exec format error"}, nil, false},
		"a text in several words":   {[]string{"exec", "format", "error"}, nil, false},
		"a text about a pod":        {[]string{"pod rejected: RuntimeClass"}, nil, false},
		"a text of unquoted words":  {[]string{"pod", "rejected:", "RuntimeClass"}, nil, false},
		"a text with a slash":       {[]string{"affinity/selector"}, nil, false},
		"a pod without a name":      {[]string{"pod/"}, nil, false},
		"another kind":              {[]string{"deployment/web"}, nil, false},
		"a name that is no name":    {[]string{"pod/Web_1"}, nil, false},
		"a pod and standard input":  {[]string{"pod/web", "-"}, nil, false},
		"a reason of upper letters": {[]string{"Pods"}, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			names, ok := podsOf(tc.arguments)
			require.Equal(t, tc.ok, ok)
			if tc.ok {
				require.Equal(t, tc.names, names)
			}
		})
	}
}
