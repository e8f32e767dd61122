# Everything a developer runs. Nothing but Go and make has to be installed; e2e and verify build the tools they need
# from the versions pinned in e2e/tools/*/go.mod.

GO       ?= go
DIST     := dist
BINARY   := $(DIST)/winpolicy
TOOLS    := $(DIST)/tools
ADDR     ?= 127.0.0.1:8282
N        ?= 40000
SEED     ?= 1

.DEFAULT_GOAL := help

##@ Use

.PHONY: help
help: ## List the targets
	@awk 'BEGIN { FS = ":.*## " } /^##@/ { printf "\n%s\n", substr($$0, 5) } /^[a-z0-9-]+:.*## / { printf "  %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: build ## Check the manifests of the Kubernetes documentation, build the bundle and serve it
	$(BINARY) check --notes --platform generic samples/seed
	$(BINARY) bundle -o $(DIST)/bundle.tar.gz
	@exec $(BINARY) serve --addr $(ADDR)

.PHONY: build
build: ## Build dist/winpolicy
	@mkdir -p $(DIST)
	$(GO) build -trimpath -o $(BINARY) ./cmd/winpolicy

##@ Develop

.PHONY: test
test: ## Run the tests
	$(GO) test -timeout 30m ./...

.PHONY: generate
generate: build ## Write what is generated from the rules
	$(BINARY) generate --policies policies --samples samples

.PHONY: fmt
fmt: $(TOOLS)/opa ## Format Go and Rego
	gofmt -w $$($(GO) list -f '{{.Dir}}' ./...) e2e
	$(TOOLS)/opa fmt -w policies bundle

.PHONY: verify
verify: build $(TOOLS)/opa-oldest $(TOOLS)/regal $(TOOLS)/staticcheck ## Run what CI runs before e2e: format, lint, drift, tests
	@test -z "$$(gofmt -l $$($(GO) list -f '{{.Dir}}' ./...) e2e)" || { echo "run 'make fmt'"; exit 1; }
	$(GO) vet ./...
	$(TOOLS)/staticcheck ./...
	$(TOOLS)/opa-oldest check --strict policies bundle
	$(TOOLS)/regal lint policies bundle
	$(BINARY) generate --policies policies --samples samples --check
	$(MAKE) test

.PHONY: e2e
e2e: build ## Test against the real parts: OPA, conftest, gator, and a control plane with Gatekeeper
	cd e2e && $(GO) test -count=1 -timeout 45m ./...

.PHONY: bench-server
bench-server: build ## Measure the bundle server, against nginx where it is installed
	cd e2e && $(GO) test -run '^$$' -bench '^BenchmarkServer' -benchtime 1x -timeout 30m .

.PHONY: bench-cluster
bench-cluster: ## Measure what Gatekeeper says that admitting a thousand pods takes it
	cd e2e && $(GO) test -run '^$$' -bench '^BenchmarkAdmission' -benchtime 1x -timeout 30m ./cluster

.PHONY: bench-gatekeeper
bench-gatekeeper: ## Measure the templates with gator bench, beside the pod-security templates of Gatekeeper's benchmark
	cd e2e && $(GO) test -run '^$$' -bench '^BenchmarkGatekeeper' -benchtime 1x -timeout 30m ./cluster

.PHONY: oracle
oracle: $(TOOLS)/truth ## Compare with Kubernetes itself: N=40000 objects, SEED=1
	cd e2e/oracle && $(GO) build -o $(CURDIR)/$(TOOLS)/oracle .
	$(TOOLS)/truth -oracle $(TOOLS)/oracle -samples samples -n $(N) -seed $(SEED)

.PHONY: $(TOOLS)/truth
$(TOOLS)/truth:
	@mkdir -p $(TOOLS)
	cd e2e && $(GO) build -o $(CURDIR)/$@ ./truth

.PHONY: clean
clean: ## Remove what was built
	rm -rf $(DIST)

# A tool is built in a module of its own, at its own pins.
$(TOOLS)/%: e2e/tools/%/go.mod
	@mkdir -p $(TOOLS)
	cd e2e/tools/$* && $(GO) build -o $(CURDIR)/$@ tool
