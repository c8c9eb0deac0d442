"""``make bench``: what the engine does under load, measured from outside. See docs/bench.md."""
