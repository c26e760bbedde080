"""HTTP: pages, static files, and the calls of SPEC 9."""
