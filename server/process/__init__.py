"""The processes of a Tavle: the supervisor, the web processes, the embedded store."""
