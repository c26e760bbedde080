"""Boards while this process follows them: rooms, sessions, presence."""
