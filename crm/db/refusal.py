class StartRefused(RuntimeError):
    """Starting would put data at risk; the message says why and what to do."""
