"""The rules of Tavle: pure Python without I/O, clocks or random numbers.

What a workshop may do, who may see what, and how a board changes is decided here and nowhere else. Times and random
values are passed in. `SPEC.md` numbers every rule.
"""
