# Everything a developer runs. You need only Go and make. Targets build the tools they need, at the versions that
# e2e/tools/*/go.mod pin.

GO       ?= go
DIST     := dist
BINARY   := $(DIST)/winpolicy
TOOLS    := $(DIST)/tools
ADDR     ?= 127.0.0.1:8282
N        ?= 40000
SEED     ?= 1
# The release of Kubernetes in e2e/oracle/go.mod, or one that has a go.K8S.mod beside it.
K8S      ?= 1.37.2
E2E      ?= ./...
# Whether site packs the playground by brotli too.
BROTLI   ?= false
# The tests of e2e that are quick: conftest, and an OPA agent that loads the served bundle.
QUICK    ?= ^Test(Conftest_|Agent_(Answers|Uses)|Serve_(Known|Insecure|Runs))

# What a release is built for; its folder; its version, if it is not that of the git tag; the address of its documentation, if it has one.
# The environment does not set them, because CI systems have variables of these names.
PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64 windows/arm64
RELEASE   := $(DIST)/release
VERSION   :=
DOCS      :=

# The folder of what the program is built with, and that of the Helm charts. The rules and the samples that everything is generated from are in the
# program.
SOURCES  := --compiled internal/compiled --charts deploy/charts
# The admission policies that operators apply as they are.
ADMISSION := --admission deploy/admission --platform generic

# Tools of one program each, and tools of several programs, which a folder holds. Only e2e-extra needs EXTRA.
EXTRA    := kyverno promtool gator-3.19 gator-3.20 gator-3.21 gator-3.22
SEVERAL  := etcd gatekeeper kubernetes
SINGLE   := $(filter-out $(EXTRA) $(SEVERAL),$(notdir $(patsubst %/go.mod,%,$(wildcard e2e/tools/*/go.mod))))

# The folders of Go files. The list of packages leaves out cmd/playground, which is only for browsers, and e2e.
FORMATTED = $$($(GO) list -f '{{.Dir}}' ./...) cmd e2e

.DEFAULT_GOAL := help

##@ Use

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: ## Check the manifests of the Kubernetes documentation, build the bundle and serve it
	@echo "Building $(BINARY). The first build downloads and compiles its dependencies, which takes minutes."
	@echo "Then it checks samples/seed, builds the bundle and serves it. Open http://$(ADDR)/ to see the rules and to try a manifest."
	@$(MAKE) --no-print-directory build
	$(BINARY) check --notes --platform generic samples/seed
	$(BINARY) bundle -o $(DIST)/bundle.tar.gz
	@exec $(BINARY) serve --addr $(ADDR)

# Without cgo the program is the one that a release has, and needs no libraries of the system.
.PHONY: build
build: ## Build dist/winpolicy
	@mkdir -p $(DIST)
	CGO_ENABLED=0 $(GO) build -trimpath -o $(BINARY) ./cmd/winpolicy

##@ Develop

.PHONY: test
test: ## Run the tests
	$(GO) test -timeout 30m ./...

.PHONY: generate
generate: build ## Write what is generated from the rules
	$(BINARY) generate $(SOURCES)
	$(BINARY) generate $(ADMISSION)

.PHONY: fmt
fmt: $(TOOLS)/opa ## Format Go and Rego
	gofmt -w $(FORMATTED)
	$(TOOLS)/opa fmt -w policies bundle

.PHONY: verify
verify: check-format lint drift test ## Run what CI runs before e2e: format, lint, drift, tests

.PHONY: check-format
check-format: ## Fail if a Go file is not formatted
	@test -z "$$(gofmt -l $(FORMATTED))" || { echo "run 'make fmt'"; exit 1; }

.PHONY: lint
lint: $(TOOLS)/actionlint $(TOOLS)/golangci-lint $(TOOLS)/opa-oldest $(TOOLS)/regal ## Lint workflows, Go and Rego
	$(TOOLS)/actionlint -shellcheck= -pyflakes=
	$(TOOLS)/golangci-lint run ./...
	GOOS=js GOARCH=wasm $(GO) vet ./cmd/playground
	cd e2e && $(CURDIR)/$(TOOLS)/golangci-lint run ./...
	$(TOOLS)/opa-oldest check --strict policies bundle
	$(TOOLS)/regal lint policies bundle

.PHONY: drift
drift: build ## Fail if a generated file differs from its source
	$(BINARY) generate $(SOURCES) --check
	$(BINARY) generate $(ADMISSION) --check

.PHONY: cover
cover: ## Run the tests and show how much of each function they cover
	@mkdir -p $(DIST)
	$(GO) test -timeout 60m -coverpkg=./internal/... -coverprofile=$(DIST)/cover.out ./...
	$(GO) tool cover -func=$(DIST)/cover.out

##@ Site

.PHONY: site
site: playground ## Write the documentation and the playground into dist/site: BROTLI=true packs the playground smaller, in minutes
	$(GO) run ./cmd/site -out $(DIST)/site -wasm $(DIST)/playground.wasm -wasm-exec "$$($(GO) env GOROOT)/lib/wasm/wasm_exec.js" -brotli=$(BROTLI)

# The rules and what judges with them, for browsers.
.PHONY: playground
playground:
	@mkdir -p $(DIST)
	GOOS=js GOARCH=wasm $(GO) build -trimpath -ldflags='-s -w' -o $(DIST)/playground.wasm ./cmd/playground

.PHONY: site-check
site-check: build ## Test the site, the playground and the pages of serve in Chromium, which has to be installed, as node and npm have: SHOTS=DIR keeps pictures
	$(MAKE) site BROTLI=true
	$(GO) run ./cmd/site -verdicts $(DIST)/verdicts.jsonl
	npm ci --prefix e2e/site --no-audit --no-fund --ignore-scripts
	WINPOLICY=$(CURDIR)/$(DIST)/winpolicy SITE=$(CURDIR)/$(DIST)/site VERDICTS=$(CURDIR)/$(DIST)/verdicts.jsonl node --test --test-concurrency=1 e2e/site/*.test.js

##@ Test against the real parts

.PHONY: e2e
e2e: build ## Test with OPA, conftest, gator, and a control plane with Gatekeeper: E2E=./cluster for one folder
	cd e2e && $(GO) test -count=1 -timeout 45m $(E2E)

.PHONY: e2e-quick
e2e-quick: build ## Test only with OPA and conftest, which takes a minute or two
	cd e2e && $(GO) test -count=1 -timeout 15m -v -run '$(QUICK)' .

.PHONY: e2e-extra
e2e-extra: build ## Test with Kyverno's command line, promtool and gator 3.19 to 3.22, which CI leaves out
	cd e2e && E2E_EXTRA=1 $(GO) test -count=1 -timeout 120m -v -run '^Test(Kyverno|Alerts|Gator)_' .

.PHONY: tools
tools: $(SINGLE:%=$(TOOLS)/%) ## Build every tool that verify and e2e need
	for name in $(SEVERAL); do (cd e2e/tools/$$name && $(GO) build -o $(CURDIR)/$(TOOLS)/$$name/ tool) || exit; done

.PHONY: bench
bench: build tools ## Measure check against conftest, opa exec and gator test with the same rules, and a long stream: STREAM_MB=100
	cd e2e && $(GO) test -run '^$$' -bench '^Benchmark(Check|Verdict|Stream)$$' -benchtime 1x -timeout 90m .

.PHONY: bench-server
bench-server: build ## Measure the bundle server, against nginx where it is installed
	cd e2e && $(GO) test -run '^$$' -bench '^BenchmarkServer' -benchtime 1x -timeout 30m .

.PHONY: bench-cluster
bench-cluster: ## Measure what Gatekeeper says that admitting a thousand pods takes it
	cd e2e && $(GO) test -run '^$$' -bench '^BenchmarkAdmission' -benchtime 1x -timeout 30m ./cluster

.PHONY: bench-gatekeeper
bench-gatekeeper: ## Measure the templates beside the pod-security templates of Gatekeeper's benchmark, with gator's OPA and with ours
	cd e2e && $(GO) test -run '^$$' -bench '^BenchmarkGatekeeper' -benchtime 1x -timeout 30m ./cluster
	$(GO) test -run '^$$' -bench '^BenchmarkReview$$' -benchtime 1x ./gotest

# The go.mod that pins the release.
ORACLE = $(notdir $(firstword $(wildcard e2e/oracle/go.$(K8S).mod) go.mod))

.PHONY: oracle
oracle: $(TOOLS)/truth ## Compare with Kubernetes itself: N=40000 objects, SEED=1, K8S=1.35.4, 1.36.3 or 1.37.2
	@grep -q 'k8s.io/kubernetes v$(K8S)$$' e2e/oracle/$(ORACLE) || { echo "K8S=$(K8S): there is no e2e/oracle/go.$(K8S).mod"; exit 1; }
	cd e2e/oracle && $(GO) build -modfile=$(ORACLE) -tags=k8s_$(subst .,_,$(basename $(K8S))) -o $(CURDIR)/$(TOOLS)/oracle-$(K8S) .
	$(TOOLS)/truth -oracle $(TOOLS)/oracle-$(K8S) -samples samples -n $(N) -seed $(SEED)

.PHONY: $(TOOLS)/truth
$(TOOLS)/truth:
	@mkdir -p $(TOOLS)
	cd e2e && $(GO) build -o $(CURDIR)/$@ ./truth

##@ Release

.PHONY: dist
dist: build ## Make a release in dist/release: VERSION=v1.2.3, DOCS=https://…, PLATFORMS="linux/amd64 windows/arm64"
	$(GO) run ./cmd/release -program $(BINARY) -out $(RELEASE) -version "$(VERSION)" -docs "$(DOCS)" -platforms "$(PLATFORMS)"

.PHONY: release-check
release-check: ## Make a release for all platforms twice, compare both, and try what it holds
	cd e2e && PLATFORMS="$(PLATFORMS)" $(GO) test -count=1 -timeout 45m -v ./release

.PHONY: rename
rename: ## Rename the Go module, which has no host until somebody publishes it: MODULE=example.org/you/winpolicy
	@test -n "$(MODULE)" || { echo "MODULE is empty: make rename MODULE=example.org/you/winpolicy"; exit 1; }
	@old=$$($(GO) list -m) && \
	find . -name '*.go' -exec sed -E -i.old "s#^((import)?[[:space:]]([A-Za-z0-9_.]+ )?)\"$$old/([^\"]+)\"#\1\"$(MODULE)/\4\"#" {} + && \
	find . -name '*.mod' -exec sed -E -i.old "s#^(module |replace |[[:space:]])$$old(/| |\$$)#\1$(MODULE)\2#" {} + && \
	find . -name '*.old' -exec rm {} +
	gofmt -w $(FORMATTED)

.PHONY: clean
clean: ## Remove what was built
	rm -rf $(DIST)

# A tool is built in a module of its own, at its own pins.
$(TOOLS)/%: e2e/tools/%/go.mod
	@mkdir -p $(TOOLS)
	cd e2e/tools/$* && $(GO) build -o $(CURDIR)/$@ tool
