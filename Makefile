# The front door: make demo, make test. A bare machine needs Swift 6.3; the rest is installed here.

.PHONY: demo test build prerequisites test-prerequisites clean

SHELL := /bin/bash
SWIFT ?= swift
SUDO := $(shell [ "$$(id -u)" = 0 ] || echo sudo)

# Plays the whole story on an invented community, with real processes over the socket.
demo: build
	.build/release/rvault demo

# All tests, in debug: they trap what release would let pass.
test: prerequisites test-prerequisites
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --disable-xctest

build: prerequisites
	$(SWIFT) build -c release --product rvaultd
	$(SWIFT) build -c release --product rvault

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

clean:
	rm -rf .build
