"""Signals that a terminal, a shell or a supervisor sends to a whole group of processes. The parent decides what they
mean, and a child ignores them: it ends with its parent."""

from __future__ import annotations

import signal

__all__ = ["OF_THE_GROUP"]

OF_THE_GROUP = tuple(
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)
)
"""Ctrl-Z is not one of them: it is to stop the child as well."""
