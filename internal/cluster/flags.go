package cluster

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/validation"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// Flags are kubectl's flags that choose a cluster, a user, a namespace and objects.
type Flags struct {
	All      bool   // -A: the objects of all namespaces
	Selector string // -l: a label selector; "" selects every object

	kubeconfig string
	extra      []string // --as-user-extra
	overrides  clientcmd.ConfigOverrides
}

// Register adds the flags to a command.
func (f *Flags) Register(flags *pflag.FlagSet) {
	names := clientcmd.RecommendedConfigOverrideFlags("")
	names.ClusterOverrideFlags.APIServer.ShortName = "s"
	names.AuthOverrideFlags.Username, names.AuthOverrideFlags.Password = clientcmd.FlagInfo{}, clientcmd.FlagInfo{} // no API server takes them
	names.Timeout.Description = "How long to wait for the answer to one request, for example 30s. 0 has no limit."
	clientcmd.BindOverrideFlags(&f.overrides, flags, names)
	flags.StringVar(&f.kubeconfig, "kubeconfig", "", "Path to the kubeconfig file to use for CLI requests.")
	flags.StringArrayVar(&f.extra, "as-user-extra", nil, "User extras to impersonate for the operation, this flag can be repeated to specify multiple values for the same key.")
	flags.BoolVarP(&f.All, "all-namespaces", "A", false, "If present, list the requested object(s) across all namespaces.")
	flags.StringVarP(&f.Selector, "selector", "l", "", "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.")
}

// Open returns a reader of the cluster that the flags and the kubeconfig choose, as kubectl chooses it. In a pod without a
// kubeconfig it is the cluster of the pod. The reader's Namespace is "" with --all-namespaces. agent names the program in the log of the API server. Open asks the cluster nothing.
func (f *Flags) Open(agent string) (*Reader, error) {
	if _, err := labels.Parse(f.Selector); err != nil {
		return nil, fmt.Errorf("--selector %q: %w", f.Selector, err)
	}
	if err := f.readExtra(); err != nil {
		return nil, err
	}
	rules := clientcmd.NewDefaultClientConfigLoadingRules()
	rules.ExplicitPath = f.kubeconfig
	loader := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(rules, &f.overrides)
	config, err := loader.ClientConfig()
	if clientcmd.IsEmptyConfig(err) {
		return nil, fmt.Errorf("no cluster is configured: %s has none; name a file with --kubeconfig, or set KUBECONFIG", strings.Join(rules.GetLoadingPrecedence(), " and "))
	}
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	namespace, _, err := loader.Namespace()
	if err != nil {
		return nil, fmt.Errorf("read the kubeconfig: %w", err)
	}
	config.UserAgent = agent
	reader, err := New(config, namespace)
	if err == nil && f.All {
		reader.Namespace = ""
	}
	return reader, err
}

// readExtra reads KEY=VALUE, as often as the flag is given.
func (f *Flags) readExtra() error {
	for _, one := range f.extra {
		key, value, ok := strings.Cut(one, "=")
		if !ok {
			return fmt.Errorf("--as-user-extra %q: write KEY=VALUE", one)
		}
		if f.overrides.AuthInfo.ImpersonateUserExtra == nil {
			f.overrides.AuthInfo.ImpersonateUserExtra = map[string][]string{}
		}
		f.overrides.AuthInfo.ImpersonateUserExtra[key] = append(f.overrides.AuthInfo.ImpersonateUserExtra[key], value)
	}
	return nil
}

// New returns a reader of the cluster of a configuration. namespace is where objects are if nobody names one.
func New(config *rest.Config, namespace string) (*Reader, error) {
	if problems := validation.IsDNS1123Label(namespace); len(problems) > 0 {
		return nil, fmt.Errorf("%q is not the name of a namespace; check --namespace and the context of the kubeconfig", namespace)
	}
	client, err := readOnly(config)
	if err != nil {
		return nil, fmt.Errorf("connect to the API server: %w", err)
	}
	return &Reader{Namespace: namespace, host: config.Host, client: client, served: map[string]group{}}, nil
}
