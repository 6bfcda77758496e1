"""The contract that every experiment fulfils, and a file for each family of topics."""
