"""Open connections: WebSockets and their HTTP fall-back."""
