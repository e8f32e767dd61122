# METADATA
# title: Images for both OSes
# description: |
#   Repositories with images for Linux and for Windows. A repository is written with its full name:
#   docker.io/library/nginx. A tag of such a repository can still be for one OS.
package lib.windows.data.multi_os

# The sources of the entries, with the day on which they were checked.
sources := {
	"aks-handler": {
		"url": "https://github.com/maksim-paskal/aks-node-termination-handler",
		"asOf": "2026-11-29",
	},
	"aws-handler": {
		"url": "https://github.com/aws/aws-node-termination-handler",
		"asOf": "2026-11-29",
	},
	"docker": {
		"url": "https://github.com/docker-library/official-images",
		"asOf": "2026-08-31",
	},
	"dotnet": {
		"url": "https://github.com/dotnet/dotnet-docker",
		"asOf": "2026-08-31",
	},
	"e2e": {
		"url": "https://github.com/kubernetes/kubernetes/tree/v1.37.2/test/images",
		"asOf": "2026-11-29",
	},
	"etcd": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/cluster/images/etcd/Makefile",
		"asOf": "2026-08-31",
	},
	"pause": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/build/pause/CHANGELOG.md",
		"asOf": "2026-11-29",
	},
}

# METADATA
# title: Repositories with images for both OSes
# description: The full name of each repository.
repositories := {
	"docker.io/library/caddy": {"source": "docker"},
	"docker.io/library/docker": {"source": "docker"},
	"docker.io/library/eclipse-temurin": {"source": "docker"},
	"docker.io/library/golang": {"source": "docker"},
	"docker.io/library/hello-world": {"source": "docker"},
	"docker.io/library/mongo": {"source": "docker"},
	"docker.io/library/nats": {"source": "docker"},
	"docker.io/library/openjdk": {"source": "docker"},
	"docker.io/library/python": {"source": "docker"},
	"docker.io/library/traefik": {"source": "docker"},
	"docker.io/paskalmaksim/aks-node-termination-handler": {"source": "aks-handler"},
	"k8s.gcr.io/pause": {"source": "pause"},
	"mcr.microsoft.com/oss/kubernetes/pause": {"source": "pause"},
	"mcr.microsoft.com/oss/v2/kubernetes/pause": {"source": "pause"},
	"public.ecr.aws/aws-ec2/aws-node-termination-handler": {"source": "aws-handler"},
	"registry.k8s.io/etcd": {"source": "etcd"},
	"registry.k8s.io/pause": {"source": "pause"},
}

# METADATA
# title: Groups of repositories with images for both OSes
# description: |
#   The beginning of the full name of each repository of the group.
below := {
	"docker.io/e2eteam/": {"source": "e2e"},
	"gcr.io/kubernetes-e2e-test-images/": {"source": "e2e"},
	"k8s.gcr.io/e2e-test-images/": {"source": "e2e"},
	"mcr.microsoft.com/dotnet/": {"source": "dotnet"},
	"registry.k8s.io/e2e-test-images/": {"source": "e2e"},
}
