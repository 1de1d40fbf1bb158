"""Make a screenshot small: the same picture as a PNG of 256 colours. Reads what Chromium writes: 8 bits, RGB(A)."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
_MAGIC = b"\x89PNG\r\n\x1a\n"
_COLOURS = 256


def shrunk(png: bytes) -> bytes:
    """The picture in its 256 most frequent colours, each pixel in the nearest of them."""
    pixels = read(png)
    colours, index, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    kept = colours[np.argsort(-counts)[:_COLOURS]]
    nearest = np.array([_nearest(kept, colour) for colour in colours], np.uint8)
    return _written(kept, nearest[index.reshape(-1)].reshape(pixels.shape[:2]))


def read(png: bytes) -> Bytes:
    """Height × width × red, green, blue; transparency is left out, a page has none."""
    if not png.startswith(_MAGIC):
        raise ValueError("not a PNG")
    chunks = dict[bytes, bytes]()
    at = len(_MAGIC)
    while at < len(png):
        [length] = struct.unpack_from(">I", png, at)
        kind = png[at + 4 : at + 8]
        chunks[kind] = chunks.get(kind, b"") + png[at + 8 : at + 8 + length]
        at += length + 12
    width, height, depth, colour = struct.unpack_from(">IIBB", chunks[b"IHDR"])
    if depth != 8 or colour not in (2, 3, 6):
        raise ValueError(f"depth {depth} and colour type {colour} are not read here")
    step = {2: 3, 3: 1, 6: 4}[colour]
    rows = np.frombuffer(zlib.decompress(chunks[b"IDAT"]), np.uint8).reshape(height, width * step + 1)
    flat = _unfiltered(rows, step).reshape(height, width, step)
    if colour == 3:
        return np.frombuffer(chunks[b"PLTE"], np.uint8).reshape(-1, 3)[flat[:, :, 0]]
    return flat[:, :, :3]


def _unfiltered(rows: Bytes, step: int) -> Bytes:
    """Undo the filters (PNG specification, section 9) row by row."""
    above = np.zeros(rows.shape[1] - 1, np.int32)
    found = []
    for row in rows:
        above = _row(int(row[0]), row[1:].astype(np.int32), above, step)
        found.append(above.astype(np.uint8))
    return np.array(found)


def _row(filter_: int, raw: npt.NDArray[np.int32], above: npt.NDArray[np.int32], step: int) -> npt.NDArray[np.int32]:
    if filter_ == 0:
        return raw
    if filter_ == 2:
        return (raw + above) % 256
    if filter_ == 1:
        return np.cumsum(raw.reshape(-1, step), axis=0, dtype=np.int32).reshape(-1) % 256
    line, up = raw.tolist(), above.tolist()
    for i in range(len(line)):
        left, corner = (line[i - step], up[i - step]) if i >= step else (0, 0)
        line[i] = (line[i] + ((left + up[i]) // 2 if filter_ == 3 else _paeth(left, up[i], corner))) % 256
    return np.array(line, np.int32)


def _paeth(left: int, up: int, corner: int) -> int:
    guess = left + up - corner
    return min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]


def _nearest(kept: Bytes, colour: Bytes) -> int:
    return int(((kept.astype(np.int32) - colour) ** 2).sum(axis=1).argmin())


def _written(palette: Bytes, index: Bytes) -> bytes:
    height, width = index.shape
    lines = np.concatenate([np.zeros((height, 1), np.uint8), index], axis=1)
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)), (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)), (b"IEND", b""),
    )  # fmt: skip
    return _MAGIC + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts
    )
