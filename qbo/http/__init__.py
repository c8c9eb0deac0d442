"""The only part of the core that opens sockets (DESIGN 3, 4)."""
