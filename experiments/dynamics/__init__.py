"""Systems that change in time."""
