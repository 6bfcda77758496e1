from atomic import write_atomically as whole  # noqa: F401
