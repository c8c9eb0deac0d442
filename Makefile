# Everything is in Python, see dev/README.md. PYTHON= chooses the interpreter of the environment.

TARGETS := demo demo-once test lint simulator bench chaos year bootstrap clean help
NEW_ENOUGH := import sys; sys.exit(sys.version_info < (3, 10))
BOOT := $(shell for python in python3 python3.12 python3.13 python3.11 python3.10; do \
	$$python -c '$(NEW_ENOUGH)' 2>/dev/null && echo $$python && break; done)

export PYTHON ONLY K QUICK SEED MINUTES DOCUMENTS

.DEFAULT_GOAL := help
.PHONY: $(TARGETS)

$(TARGETS):
ifeq ($(BOOT),)
	@echo "missing: Python 3.10 or newer; get it with: apt-get install python3 python3-venv" >&2
	@exit 1
else
	@exec $(BOOT) -m dev $@ $(ARGS)
endif
