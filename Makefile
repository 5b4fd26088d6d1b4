# renderdrop: `make demo` shows how it works, `make test` runs all tests. Both use the same debug build.
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
.PHONY: help setup test-tools build demo demo-all test torture fuzz sanitize conformance docs map lint format bench stage dist install uninstall clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install missing system packages (apt), or print the command to install them
	@scripts/setup

test-tools: ## Install programs that some tests need (mounts, shares, other users), or print the command to install them
	@scripts/test-tools

build: setup ## Make a debug build
	$(SWIFT) build --product renderdrop

demo: build ## Render the samples against a simulator: no key, no cost
	.build/debug/renderdrop demo

demo-all: build ## Render a job of every family and of every provider against simulators
	.build/debug/renderdrop demo --all

test: setup ## Run all tests
	$(SWIFT) build --build-tests
	SWIFT="$(SWIFT)" scripts/test-suites

torture: setup ## Kill renderdrop a thousand times, also on hostile mounts; check that nothing is lost or paid for twice
	TORTURE=long $(SWIFT) test --filter 'CommandTests.Torture/'

fuzz: setup ## Fuzz every parser of untrusted input for FUZZ_SECONDS (300); needs libFuzzer
	SWIFT="$(SWIFT)" scripts/fuzz

sanitize: setup ## Run all tests under Address Sanitizer and Thread Sanitizer; takes a while
	SWIFT="$(SWIFT)" scripts/sanitize

conformance: setup ## Compare requests with the provider's official SDK, and test the simulator with it; needs Python and PyPI
	SWIFT="$(SWIFT)" scripts/conformance

# Replaces the page only after a complete run. The configuration that does not exist keeps a personal catalogue out.
docs: build ## Write docs/models.md from the catalogue
	.build/debug/renderdrop models --config /nonexistent/watch.yaml --markdown > docs/models.md.new
	mv docs/models.md.new docs/models.md

map: setup ## Write docs/map.md from the sources
	$(SWIFT) build --build-tests
	RENDERDROP_WRITE_DOCS=1 $(SWIFT) test --skip-build --filter '^ArchitectureTests\.'

lint: ## Check formatting as strictly as the continuous integration
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

format: ## Format the sources in place
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

bench: setup ## Measure latency, cost and pace with a release build; PEER=PYTHON compares with Benchmarks/peer
	$(SWIFT) build -c release --static-swift-stdlib --product renderdrop
	scripts/bench-latency .build/release/renderdrop
	scripts/bench-cost .build/release/renderdrop $(if $(BASELINE),--baseline $(BASELINE))
	$(SWIFT) build --product pace-simulation
	.build/debug/pace-simulation
	Benchmarks/run .build/release/renderdrop $(if $(PEER),--python $(PEER))

# What is installed and packed: see scripts/stage.
STAGE := .build/stage
stage: setup
	$(SWIFT) build -c release --static-swift-stdlib --product renderdrop
	scripts/stage .build/release/renderdrop $(STAGE)

dist: stage ## Archive for machines without Swift, with its SHA-256, in dist/
	scripts/pack $(STAGE) dist

# Files only: folders that are there keep their rights.
install: stage ## Release binary, manual, completions and samples, to PREFIX (default /usr/local)
	install -d "$(DESTDIR)$(PREFIX)"
	cd $(STAGE) && find . -type f -print0 | sort -z | tar --null --files-from=- -cf - | tar --no-same-owner -C "$(DESTDIR)$(PREFIX)" -xf -

uninstall: ## Remove what `make install` installed
	rm -f "$(DESTDIR)$(PREFIX)/bin/renderdrop" "$(DESTDIR)$(PREFIX)/share/man/man1/renderdrop.1" \
	  "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/renderdrop" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_renderdrop" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/renderdrop.fish"
	rm -rf "$(DESTDIR)$(PREFIX)/share/doc/renderdrop"

clean: ## Remove all build products
	rm -rf .build .build-* dist
