# The front door: make demo, make test. A bare machine needs Swift 6.3; the rest is installed here.

.PHONY: demo test build bench perf-check prerequisites test-prerequisites bench-prerequisites clean

SHELL := /bin/bash
SWIFT ?= swift
# Swift's own libraries go into the programs, so that they run on a machine without Swift.
RELEASE := -c release --static-swift-stdlib
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# Plays the whole story on an invented community, with real processes over the socket.
demo: build
	.build/release/rvault demo

# All tests, in debug: they trap what release would let pass.
test: prerequisites test-prerequisites
	$(SWIFT) build --build-tests
	@set -o pipefail; $(SWIFT) test --skip-build --disable-xctest 2>&1 | tee .build/test.log \
	  || { echo "what failed, of all that is above:"; grep -aA4 "✘" .build/test.log | cut -c 1-500; exit 1; }

build: prerequisites
	$(SWIFT) build $(RELEASE) --product rvaultd
	$(SWIFT) build $(RELEASE) --product rvault

# Measures every row of the table of numbers beside its yardstick and writes the article. Never a part of the tests.
# One row in a minute: make bench BENCH="run --rows read,postgres --rounds 1"
BENCHMARKS := Sources/ResidentVault/Documentation.docc/Benchmarks.md
BENCH ?= run --out $(BENCHMARKS)

bench: build bench-prerequisites
	$(SWIFT) build $(RELEASE) --product vault-bench
	.build/release/vault-bench $(BENCH)

# Counts the instructions of six core operations; more than 5 % above those kept fails. After a change that is meant:
# make perf-check PERF=--update
perf-check: bench-prerequisites prerequisites
	$(SWIFT) build $(RELEASE) --product vault-bench
	.build/release/vault-bench instructions --kept Sources/vault-bench/instructions.tsv $(PERF)

# Asks for the network only when something is missing, so that an offline machine that has all of it builds.
prerequisites:
	@pkg-config --exists libsodium sqlite3 2>/dev/null || { \
	  export DEBIAN_FRONTEND=noninteractive; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq pkg-config libsodium-dev libsqlite3-dev; }

# What only the tests use: they say so and skip where one of these cannot be had.
test-prerequisites:
	@command -v strace >/dev/null && command -v curl >/dev/null && command -v python3 >/dev/null \
	  && command -v openssl >/dev/null && command -v go >/dev/null \
	  && test -d /usr/share/gocode/src/golang.org/x/mod || { \
	  export DEBIAN_FRONTEND=noninteractive; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq strace curl python3 openssl golang-go \
	    golang-golang-x-mod-dev || true; }

# The yardsticks and the load generators that are not ours.
bench-prerequisites:
	@command -v h2load >/dev/null && command -v valgrind >/dev/null && command -v sqlite3_analyzer >/dev/null \
	  && ls /usr/lib/postgresql/*/bin/postgres /usr/share/postgresql/*/extension/pgcrypto.control >/dev/null 2>&1 || { \
	  export DEBIAN_FRONTEND=noninteractive; \
	  $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq nghttp2-client valgrind sqlite3-tools postgresql \
	    postgresql-contrib; }

clean:
	rm -rf .build
