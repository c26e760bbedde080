"""HTTP: pages, their files, and the calls of SPEC 9."""
