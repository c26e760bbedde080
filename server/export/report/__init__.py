"""Reports: a programme as a text to read, its leader edition, and single lifts as pages to bring to a meeting (R50)."""
