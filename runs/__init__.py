"""A run on disk: begin, resume, lock, export, load; complete or not there at all."""
