# The two commands of the house are `make run` and `make test`; `make help` lists them all.

.DEFAULT_GOAL := help
.PHONY: help run build test check bench bench-peer screenshots

satchel := target/release/satchel

help: ## Lists these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: build ## Installs what is missing, builds for this machine and opens the window
	@if [ "$$(uname -s)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY" ]; then \
	    echo "There is no display here, so the conversation opens in the terminal."; \
	    exec $(satchel) chat; \
	  else exec $(satchel); fi

build:
	@.ci/prepare build window
	cargo build --release --workspace --bin satchel $(if $(GPU),--features satchel/$(GPU))

check: ## Formatting, lints and licences, without the tests
	@.ci/prepare build
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --quiet
	@if cargo deny --version >/dev/null 2>&1; then cargo deny check; \
	  else echo "cargo-deny is not installed, licences were not checked (cargo install cargo-deny)"; fi

# With cargo-nextest where it is installed: every test in a process of its own, and faster.
test: ## Checks everything and runs all tests
	@.ci/prepare build window test
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS='-D warnings' cargo doc --workspace --no-deps --quiet
	cargo test --workspace --doc --quiet
	@if cargo nextest --version >/dev/null 2>&1; then \
	    echo "cargo nextest run --workspace"; exec cargo nextest run --workspace; \
	  else echo "cargo test --workspace --all-targets"; \
	    exec cargo test --workspace --lib --bins --tests; fi

bench: build ## Measures engine and window, prints one table
	@.ci/prepare test
	cargo bench --workspace --bench figures -- --satchel $(satchel)
	cargo bench --workspace --bench transcript --bench panel --bench sampling --bench apps
	cargo bench --workspace --bench documents -- --satchel $(CURDIR)/$(satchel)

bench-peer: build ## The same for llama.cpp's own server, side by side (fetches and builds it)
	@.ci/prepare test peer
	tests/benches/build_peer.sh
	cargo bench --workspace --bench figures -- --satchel $(satchel) \
	    --peer target/peer/build/bin/llama-server --keep $(CURDIR)/tests/benches/RESULTS.md
	{ echo; echo '## Window: what a frame costs, by the number of messages'; echo; \
	  cargo bench --workspace --quiet --bench transcript; } >> tests/benches/RESULTS.md

screenshots: build ## Drives the window on a virtual display, takes a picture of every page
	@.ci/prepare test
	SATCHEL_SCREENSHOTS=$(CURDIR)/assets/screenshots SATCHEL_BINARY=$(CURDIR)/$(satchel) \
	    cargo test --workspace --test real_window -- --nocapture
