SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build

RID := linux-$(if $(filter aarch64,$(shell uname -m)),arm64,x64)
OUT := $(CURDIR)/artifacts/joulet
# gcc links the native binary and builds the tests' fake driver library; prometheus brings promtool and a server;
# systemd-journal-remote writes the journals that are read; strace tells which files are opened; the last four are a message bus and the
# daemons on it.
PACKAGES := gcc libc6-dev zlib1g-dev prometheus systemd-journal-remote strace dbus-daemon power-profiles-daemon upower python3-dbusmock

.PHONY: demo test build format packages

## demo: the whole agent over a simulated machine; needs no hardware and no Ollama. DEMO="--for 60s" ends by itself.
demo:
	dotnet run --project src/Agent -c Release --verbosity quiet -- demo $(DEMO)

## test: every test, those of the published binary too. The build checks style and analyzers' rules: of the format only white space is left.
test: packages
	dotnet format whitespace . --folder --verify-no-changes --exclude artifacts & format=$$!; $(MAKE) build; wait $$format
	dotnet build Agent.sln --verbosity quiet
	JOULET_BINARY=$(OUT)/joulet timeout 540 dotnet test --solution Agent.sln --no-build --no-progress --timeout 8m

## build: the native binary and what must lie beside it, in artifacts/joulet.
build:
	rm -rf $(OUT)
	dotnet publish src/Agent -c Release -r $(RID) -o $(OUT) --verbosity quiet -p:RunAnalyzers=false

## format: puts the code into shape.
format:
	dotnet format Agent.sln

packages:
	@missing=(); for package in $(PACKAGES); do \
		dpkg-query -W -f '$${Status}' $$package 2>/dev/null | grep -q 'ok installed' || missing+=($$package); \
	done; \
	command -v npm > /dev/null || missing+=(nodejs npm); \
	if (( $${#missing[@]} > 0 && EUID != 0 )); then \
		echo "The tests need Debian packages that are missing. Install them: sudo apt-get install -y --no-install-recommends $${missing[*]}" >&2; exit 1; \
	fi; \
	if (( $${#missing[@]} > 0 )); then \
		apt-get update -qq; \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$${missing[@]}"; \
	fi
	cd tests/system/clients && { [ -d node_modules ] || npm ci --no-audit --no-fund --silent; }
