package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/kubernetes/pkg/kubelet/lifecycle"
	"k8s.io/kubernetes/pkg/kubelet/sysctl"
	"k8s.io/kubernetes/pkg/volume"
	"k8s.io/kubernetes/pkg/volume/hostpath"
	"k8s.io/kubernetes/pkg/volume/util/hostutil"
	"k8s.io/mount-utils"
)

// kubelet asks what the kubelet of a Windows node refuses of a pod: by its own admission of sysctls, and by its own check
// of hostPath volumes.
type kubelet struct {
	Pod json.RawMessage `json:"pod"`
}

// kubeletAnswer holds the reasons, each "" if the kubelet refuses nothing.
type kubeletAnswer struct {
	Fault   string   `json:"fault,omitempty"` // the pod could not be read
	Sysctls string   `json:"sysctls,omitempty"`
	Volumes []string `json:"volumes,omitempty"` // one for each volume
}

// windowsSysctls is what SafeSysctlAllowlist returns if GOOS is not linux: k8s.io/kubernetes v1.37.2,
// pkg/kubelet/sysctl/safe_sysctls.go, line 88. The kubelet asks the handler on every OS: pkg/kubelet/kubelet.go, line 1124.
var windowsSysctls []string

func (k kubelet) answer() (kubeletAnswer, error) {
	var pod corev1.Pod
	if err := json.Unmarshal(k.Pod, &pod); err != nil {
		return kubeletAnswer{Fault: err.Error()}, nil
	}
	allowed, err := sysctl.NewAllowlist(windowsSysctls)
	if err != nil {
		return kubeletAnswer{}, fmt.Errorf("make the list of allowed sysctls: %w", err)
	}
	var answer kubeletAnswer
	if result := admit(allowed, &lifecycle.PodAdmitAttributes{Pod: &pod}); !result.Admit {
		answer.Sysctls = result.Message
	}
	for i := range pod.Spec.Volumes {
		answer.Volumes = append(answer.Volumes, refusedMount(&pod, &pod.Spec.Volumes[i]))
	}
	return answer, nil
}

// admit calls the handler, which takes a context since Kubernetes 1.37.
func admit(handler any, attributes *lifecycle.PodAdmitAttributes) lifecycle.PodAdmitResult {
	switch handler := handler.(type) {
	case interface {
		Admit(context.Context, *lifecycle.PodAdmitAttributes) lifecycle.PodAdmitResult
	}:
		return handler.Admit(context.Background(), attributes)
	case interface {
		Admit(*lifecycle.PodAdmitAttributes) lifecycle.PodAdmitResult
	}:
		return handler.Admit(attributes)
	}
	return lifecycle.PodAdmitResult{Message: fmt.Sprintf("a %T admits nothing", handler)}
}

// refusedMount says why the kubelet does not set up a volume. Only hostPath volumes are asked about.
func refusedMount(pod *corev1.Pod, one *corev1.Volume) string {
	if one.HostPath == nil {
		return ""
	}
	plugin := hostpath.ProbeVolumePlugins(volume.VolumeConfig{})[0]
	node := windowsNode{}
	if one.HostPath.Type != nil {
		node.asked = *one.HostPath.Type
	}
	if err := plugin.Init(windowsHost{files: node}); err != nil {
		return err.Error()
	}
	mounter, err := plugin.NewMounter(volume.NewSpecFromVolume(one), pod)
	if err != nil {
		return err.Error()
	}
	if err := mounter.SetUp(volume.MounterArgs{}); err != nil {
		return err.Error()
	}
	return ""
}

// windowsHost is a host of which the plugin asks only for its files.
type windowsHost struct {
	volume.VolumeHost
	kubeletHost
	files windowsNode
}

// kubeletHost is another name, so that windowsHost can embed both interfaces.
type kubeletHost interface{ volume.KubeletVolumeHost }

// GetMounter returns none: SetUp of a hostPath does not mount.
func (windowsHost) GetMounter() mount.Interface { return nil }

// GetHostUtil returns the files of a Windows node.
func (h windowsHost) GetHostUtil() hostutil.HostUtils { return h.files }

// windowsNode tells of paths what os.Stat of Go says on Windows, in the best case: whatever can exist there, exists with
// the type that the volume asks for.
type windowsNode struct {
	hostutil.HostUtils
	asked corev1.HostPathType
}

// foldersOfNodes are the folders that Windows nodes have on drive C: although the path looks like one of Unix.
// github.com/kubernetes-sigs/sig-windows-tools, hostprocess/PrepareNode.ps1, makes the first four.
var foldersOfNodes = []string{"/etc/kubernetes", "/var/lib", "/var/log", "/opt/cni", "/etc/cni", "/var/run/secrets"}

func (n windowsNode) exists(path string) bool {
	if !strings.HasPrefix(path, "/") {
		return true
	}
	for _, folder := range foldersOfNodes {
		if path == folder || strings.HasPrefix(path, folder+"/") {
			return true
		}
	}
	return false
}

// PathExists reports whether the path exists. What the kubelet would create counts as there, so that it creates nothing on
// the host of the oracle.
func (n windowsNode) PathExists(path string) (bool, error) {
	return n.creates() || n.exists(path), nil
}

// GetFileType gives the type of the path. Go reports no file of Windows as a block device: os/types_windows.go knows pipes
// and character devices only.
func (n windowsNode) GetFileType(path string) (hostutil.FileType, error) {
	switch {
	case n.asked == corev1.HostPathDirectoryOrCreate:
		return hostutil.FileTypeDirectory, nil
	case n.asked == corev1.HostPathFileOrCreate:
		return hostutil.FileTypeFile, nil
	case !n.exists(path):
		return hostutil.FileTypeUnknown, fmt.Errorf("path %q does not exist", path)
	case n.asked == corev1.HostPathBlockDev:
		return hostutil.FileTypeFile, nil
	}
	return hostutil.FileType(n.asked), nil
}

func (n windowsNode) creates() bool {
	return n.asked == corev1.HostPathDirectoryOrCreate || n.asked == corev1.HostPathFileOrCreate
}
