"""Screenshots are made small without changing what they show, whichever filters the browser chose."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest

from tests.browser.palette import Bytes, read, shrunk


def _png(pixels: Bytes, filter_: int) -> bytes:
    """As a browser writes it, each row with one filter of the PNG specification."""
    height, width, step = pixels.shape
    flat = pixels.reshape(height, width * step).astype(np.int32)
    left, above = np.zeros_like(flat), np.zeros_like(flat)
    left[:, step:], above[1:] = flat[:, :-step], flat[:-1]
    corner = np.zeros_like(flat)
    corner[1:, step:] = flat[:-1, :-step]
    near = [abs(left + above - corner - way) for way in (left, above, corner)]
    paeth = np.where((near[0] <= near[1]) & (near[0] <= near[2]), left, np.where(near[1] <= near[2], above, corner))
    guess = (np.zeros_like(flat), left, above, (left + above) // 2, paeth)[filter_]
    rows = np.concatenate([np.full((height, 1), filter_), (flat - guess) % 256], axis=1).astype(np.uint8)
    head = struct.pack(">IIBBBBB", width, height, 8, {3: 2, 4: 6}[step], 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(rows.tobytes())), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(data)) + kind + data + bytes(4) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("step", [3, 4])
@pytest.mark.parametrize("filter_", range(5))
def test_every_filter_is_read_and_few_colours_stay_as_they_are(filter_: int, step: int) -> None:
    chance = np.random.default_rng(filter_)
    colours = chance.integers(0, 256, (200, 3), np.uint8)
    pixels = np.full((40, 50, step), 255, np.uint8)
    pixels[:, :, :3] = colours[chance.integers(0, 200, (40, 50))]
    given = _png(pixels, filter_)
    assert np.array_equal(read(given), pixels[:, :, :3])
    assert np.array_equal(read(shrunk(given)), pixels[:, :, :3])


def test_of_many_colours_256_are_left_and_the_most_frequent_stay_as_they_are() -> None:
    ramp = np.arange(256, dtype=np.uint8)
    pixels = np.stack([np.tile(ramp, (64, 1)), np.repeat(ramp[::4], 256).reshape(64, 256), np.zeros((64, 256))], axis=2)
    pixels[40:] = (12, 200, 99)
    found = read(shrunk(_png(pixels.astype(np.uint8), 0)))
    assert len(np.unique(found.reshape(-1, 3), axis=0)) == 256
    assert np.array_equal(found[40:], pixels[40:])


def test_what_is_no_screenshot_is_refused() -> None:
    with pytest.raises(ValueError, match="not a PNG"):
        read(b"GIF89a")
