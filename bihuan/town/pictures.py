"""Drawings that stand for photos: small, invented, and no two alike, for one photo proves one thing."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageDraw

from shared.vocabulary.hazard_facts import Evidence

_SIZE = (96, 72)


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG and what it shows."""

    content: bytes
    shows: str

    @property
    def evidence(self) -> Evidence:
        """As facts name it."""
        digest = hashlib.sha256(self.content).hexdigest()
        return Evidence(digest, len(self.content), "image/jpeg", self.shows)


def draw(shows: str, *about: object) -> Picture:
    """A pattern that follows from what it is about."""
    bits = hashlib.sha256("\x1f".join(str(one) for one in about).encode()).digest()
    image = Image.new("RGB", _SIZE, (200 + bits[0] % 40, 200 + bits[1] % 40, 200 + bits[2] % 40))
    pen = ImageDraw.Draw(image)
    for n in range(5):
        left, top, width, height, shade = bits[3 + 5 * n : 8 + 5 * n]
        box = (left % 80, top % 56, left % 80 + 6 + width % 24, top % 56 + 6 + height % 20)
        pen.rectangle(box, fill=(shade, 255 - shade, 80 + shade % 120))
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=60)
    return Picture(buffer.getvalue(), shows)
