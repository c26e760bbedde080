"""The demo: simulated people who play whole workshops over the public protocol."""
