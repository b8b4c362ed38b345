"""Files that a channel sends: known by content, original sealed, shown only as a copy without metadata."""

from __future__ import annotations

import json
import warnings
from dataclasses import asdict, dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Lock

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.ledger.files import write_once
from shared.ledger.port import CommandReused
from shared.ledger.sealed import Sealed
from shared.runtime import problems
from shared.runtime.problems import AtRim
from shared.vocabulary.refusals import BadInput
from shared.vocabulary.report_facts import Attachment

LIMIT = 10 * 1024 * 1024
"""Bytes of one file."""
PIXELS = 50_000_000
"""Pixels of one photo: a small file may unpack into gigabytes."""
ACCEPTED = "image/jpeg, image/png, application/pdf"

_JPEG, _PNG, _PDF = "image/jpeg", "image/png", "application/pdf"
# One photo is unpacked at a time: 50 megapixels take up to 200 MB.
_UNPACKING = Lock()


@dataclass(frozen=True, slots=True)
class Slip:
    """What is kept of an upload until a report takes it, and after."""

    ledger: str
    channel: str
    attachment: Attachment


@dataclass(frozen=True, slots=True)
class Uploads:
    """The uploads of an installation: cleaned copies by their hash, and slips by upload id."""

    folder: Path

    def take(self, sealed: Sealed, channel: str, upload: str, content: bytes) -> tuple[Slip, bool]:
        """Check, seal and keep a file; answers its slip and whether this repeats an earlier upload."""
        digest = sha256(content).hexdigest()
        if (known := self.slip(sealed.ledger, upload)) is not None:
            if known.attachment.sha256 != digest:
                raise CommandReused(upload)
            return known, True
        media_type, clean = examine(content)
        sealed.put_file(subject_of(upload), "original", content)
        cleaned = self._keep(clean) if clean is not None else None
        slip = Slip(sealed.ledger, channel, Attachment(digest, len(content), media_type, cleaned, upload))
        # Last: a slip promises that the original is sealed and the copy is there.
        self._write(self._slip_file(sealed.ledger, upload), json.dumps(asdict(slip)).encode())
        return slip, False

    def slip(self, ledger: str, upload: str) -> Slip | None:
        """The slip of an upload in a ledger, or None."""
        if not (len(upload) == 40 and upload.isalnum()):
            return None
        try:
            raw = json.loads(self._slip_file(ledger, upload).read_bytes())
        except FileNotFoundError:
            return None
        return Slip(raw["ledger"], raw["channel"], Attachment(**raw["attachment"]))

    def cleaned(self, digest: str) -> bytes:
        """A cleaned copy by its hash; raises FileNotFoundError."""
        return self._copy_file(digest).read_bytes()

    def _keep(self, clean: bytes) -> str:
        digest = sha256(clean).hexdigest()
        self._write(self._copy_file(digest), clean)
        return digest

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_once(path, content)

    def _slip_file(self, ledger: str, upload: str) -> Path:
        return self.folder / "slips" / sha256(ledger.encode()).hexdigest()[:16] / f"{upload}.json"

    def _copy_file(self, digest: str) -> Path:
        return self.folder / "cleaned" / digest[:2] / digest


def subject_of(upload: str) -> str:
    """The subject under whose key the original of an upload is sealed."""
    return f"attachment:{upload}"


def examine(content: bytes) -> tuple[str, bytes | None]:
    """The type by content and, for a photo, its copy without metadata; refuses what is not what it seems."""
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-2048:]:
            raise _broken("PDF文件不完整", "the PDF is not complete")
        return _PDF, None
    if content.startswith(b"\xff\xd8\xff"):
        return _JPEG, _clean(content, "JPEG")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG, _clean(content, "PNG")
    raise AtRim(problems.wrong_type(ACCEPTED))


def _clean(content: bytes, form: str) -> bytes:
    """The picture alone, turned upright, encoded anew: no EXIF, no place, no comment, no thumbnail."""
    try:
        with _UNPACKING, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=(form,)) as opened:
                if opened.width * opened.height > PIXELS:
                    raise _broken(f"图片超过{PIXELS // 1_000_000}百万像素", "the picture has too many pixels")
                opened.load()
                upright = ImageOps.exif_transpose(opened)
            return _encoded(upright, form)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError,
            Image.DecompressionBombWarning) as error:  # fmt: skip
        raise _broken("图片已损坏或格式不符", "the picture is broken") from error


def _encoded(picture: Image.Image, form: str) -> bytes:
    # A palette may say in the metadata which colour is transparent: make it plain before dropping them.
    plain = picture.convert("RGBA") if picture.mode in ("P", "PA") else picture.copy()
    if form == "JPEG" and plain.mode not in ("L", "RGB"):
        plain = plain.convert("RGB")
    plain.info = {}
    out = BytesIO()
    plain.save(out, form, **({"quality": 88} if form == "JPEG" else {}))
    return out.getvalue()


def _broken(zh: str, en: str) -> BadInput:
    return BadInput(zh, en, do_zh="请重新拍照或另存后再传", do_en="take or save it again, then send it")
