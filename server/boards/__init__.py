"""Boards that this process follows: rooms, sessions, presence."""
