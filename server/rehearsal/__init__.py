"""Rehearsals: workshops in which simulated people take part over the public protocol, while somebody leads for real."""
