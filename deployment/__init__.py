"""A run in other formats: for devices, for the browser, and in words."""
