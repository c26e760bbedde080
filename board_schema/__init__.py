"""The rules of Tavle: pure Python that knows nothing of sockets, storage, time or chance.

What a workshop may do, who may see what, and how a board changes is decided here and nowhere else. No module
of this package may do I/O, read a clock or draw a random number; `SPEC.md` numbers every rule.
"""
