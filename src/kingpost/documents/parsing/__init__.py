"""One module a family of formats; the worker runs them in child processes with limits."""
