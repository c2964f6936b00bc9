"""What `localalt bench` does: throughput of vision models per backend, measured through localalt's public API.

Installed with localalt; the extra `bench` brings what it needs besides, `plot` what draws.
"""
