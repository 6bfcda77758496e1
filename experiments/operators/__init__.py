"""Neural operators: networks that learn solution maps."""
