"""Real processes, real kills, real faults, and then both books: see docs/chaos.md."""
