"""The demo: people who play whole workshops over the public protocol."""
