"""Where the numbers come from, one file per source."""
