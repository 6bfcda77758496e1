"""A search for good options of a topic: many short trainings, scored on the validation rows."""
