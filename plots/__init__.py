"""Pictures: plain arrays in, matplotlib Figures out."""
