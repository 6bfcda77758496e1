"""A lecture a file, in cells of text and code; `build.py` turns them into Jupyter notebooks."""
