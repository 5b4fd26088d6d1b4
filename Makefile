# renderdrop: `make demo` shows it, `make test` proves it. Both share one debug build.
.DEFAULT_GOAL := help
PREFIX ?= /usr/local
DESTDIR ?=
SWIFT ?= swift
.PHONY: help setup test-tools build demo test torture fuzz sanitize conformance docs lint format bench install uninstall clean

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the system packages that are missing (apt), or say the one line to type
	@scripts/setup

test-tools: ## Install the programs that some tests need (mounts, shares, other users), or say the one line to type
	@scripts/test-tools

build: setup ## Debug build
	$(SWIFT) build --product renderdrop

demo: build ## Render the samples against a simulator: no key, no cost
	.build/debug/renderdrop demo

# One after the other: those that watch real processes and real time must not run beside hundreds of others.
HEAVY := CommandTests LostAnswerTests ProviderLineTests
test: setup ## All tests
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build $(HEAVY:%=--skip '^%\.')
	set -e; for suite in $(HEAVY); do $(SWIFT) test --skip-build --filter "^$$suite\."; done

torture: setup ## Kill it a thousand times, also on hostile mounts, and see that nothing is lost or paid twice
	TORTURE=long $(SWIFT) test --filter 'CommandTests.Torture/'

fuzz: setup ## Hostile bytes for everything that reads foreign ones, FUZZ_SECONDS (300) long; needs libFuzzer
	SWIFT="$(SWIFT)" scripts/fuzz

sanitize: setup ## All tests under Address Sanitizer and Thread Sanitizer; takes a while
	SWIFT="$(SWIFT)" scripts/sanitize

conformance: setup ## Compare with the provider's official SDK, and let it drive the simulator; needs Python and PyPI
	SWIFT="$(SWIFT)" scripts/conformance

# To the page only when all of it was written; without the environment's catalogue of one's own.
docs: build ## Write docs/models.md from the catalogue
	.build/debug/renderdrop models --config /nonexistent/watch.yaml --markdown > docs/models.md.new
	mv docs/models.md.new docs/models.md

lint: ## Formatting, as strictly as the continuous integration
	$(SWIFT) format lint --strict --recursive --parallel Sources Tests Package.swift

format: ## Format in place
	$(SWIFT) format --in-place --recursive --parallel Sources Tests Package.swift

bench: setup ## Measure, with a release build, how long a dropped file takes to be sent, and what jobs and looks cost
	$(SWIFT) build -c release --static-swift-stdlib --product renderdrop
	scripts/bench-latency .build/release/renderdrop
	scripts/bench-cost .build/release/renderdrop $(if $(BASELINE),--baseline $(BASELINE))

install: setup ## Release binary with the Swift runtime linked in, to PREFIX (default /usr/local)
	$(SWIFT) build -c release --static-swift-stdlib --product renderdrop
	install -d "$(DESTDIR)$(PREFIX)/bin"
	install -m 755 .build/release/renderdrop "$(DESTDIR)$(PREFIX)/bin/renderdrop"
	strip "$(DESTDIR)$(PREFIX)/bin/renderdrop"
	install -d "$(DESTDIR)$(PREFIX)/share/bash-completion/completions" "$(DESTDIR)$(PREFIX)/share/zsh/site-functions" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d"
	.build/release/renderdrop --generate-completion-script bash > "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/renderdrop"
	.build/release/renderdrop --generate-completion-script zsh > "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_renderdrop"
	.build/release/renderdrop --generate-completion-script fish > "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/renderdrop.fish"

uninstall: ## Remove what `make install` put there
	rm -f "$(DESTDIR)$(PREFIX)/bin/renderdrop" "$(DESTDIR)$(PREFIX)/share/bash-completion/completions/renderdrop" \
	  "$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_renderdrop" \
	  "$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/renderdrop.fish"

clean: ## Remove everything that was built
	rm -rf .build .build-*
