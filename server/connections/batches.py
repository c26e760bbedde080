"""Packs frames into the bodies of HTTP requests and answers: each frame after its length (SPEC P8).

What may not live here: what the frames mean (board_schema/wire.py), and HTTP itself (streams.py).
"""

LARGEST_BATCH = 64 * 1024  # bytes of frames in one request
BROKEN = b""  # an invalid frame, which stands for a batch that cannot be parsed


def packed(frames: list[bytes]) -> bytes:
    """Frames, each after its length."""
    parts: list[bytes] = []
    for frame in frames:
        parts += (len(frame).to_bytes(4), frame)
    return b"".join(parts)


def batch_of(data: bytes) -> list[bytes]:
    """The frames of a batch; for a malformed batch one frame that is invalid, so that its reader closes (4500)."""
    frames, at = [], 0
    while at < len(data):
        start, end = at + 4, at + 4 + int.from_bytes(data[at : at + 4])
        if end > len(data) or start >= end or len(data) > LARGEST_BATCH:
            return [BROKEN]
        frames.append(data[start:end])
        at = end
    return frames or [BROKEN]
