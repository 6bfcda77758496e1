"""One file a source: where numbers come from."""
