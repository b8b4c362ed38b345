"""The photos that a file of visits refers to: found beside it, told by their content, hashed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bihuan.loading.problems import About, Place, Problem, Words
from bihuan.loading.visits_file import Visit
from shared.vocabulary.hazard_facts import Evidence
from shared.vocabulary.refusals import BadInput

LARGEST_PHOTO = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Photos:
    """Every photo of a file by the path written there; contents are read again when they are sealed."""

    folder: Path
    found: Mapping[str, Evidence] = field(default_factory=dict)

    def evidence(self, path: str | None, shows: str = "") -> tuple[Evidence, ...]:
        """The photo as evidence, or none."""
        if path is None:
            return ()
        photo = self.found[path]
        return (Evidence(photo.sha256, photo.size, photo.media_type, shows),)

    def content(self, path: str) -> bytes:
        """The photo's bytes; raises BadInput when they are no longer those that were hashed."""
        content = (self.folder / path).read_bytes()
        if hashlib.sha256(content).hexdigest() != self.found[path].sha256:
            raise BadInput(
                f"照片{path}在导入过程中被改动", f"{path} changed while it was being loaded",
                do_zh="请不要改动文件，重新导入", do_en="leave the files alone and load again",
            )  # fmt: skip
        return content


def find_photos(folder: Path, visits: tuple[Visit, ...]) -> tuple[Photos, list[Problem]]:
    """Read and hash every photo; missing, foreign or too large ones are problems of their row."""
    found: dict[str, Evidence] = {}
    problems = []
    for visit in visits:
        for path, at in named(visit):
            if path in found:
                continue
            photo = _photo(folder, path)
            if isinstance(photo, Words):
                problems.append(Problem(visit.document.place(*at), photo, About.PHOTOS))
            else:
                found[path] = photo
    if len(problems) > 1 and not found:
        problems = [_none(folder, next(path for visit in visits for path, _ in named(visit)), len(problems))]
    return Photos(folder, found), problems


def _none(folder: Path, example: str, many: int) -> Problem:
    """Not one of the photos is there: they were not copied along, which is one problem and not one of each."""
    words = Words(
        f"所列{many}张照片一张也没有找到", f"none of its {many} photos is there",
        f"请把照片一并复制到{folder.resolve()},例如{example}", f"copy the photos to {folder.resolve()}, such as {example}",
    )  # fmt: skip
    return Problem(Place(), words, About.PHOTOS)


def named(visit: Visit) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """Every photo that a visit names, and where."""
    for i, item in enumerate(visit.row.items):
        for key, path in (("photo", item.photo), ("photo_after", item.photo_after)):
            if path is not None:
                yield path, ("items", i, key)
    for i, again in enumerate(visit.row.reinspections or ()):
        for j, result in enumerate(again.results):
            if result.photo is not None:
                yield result.photo, ("reinspections", i, "results", j, "photo")


def _photo(folder: Path, path: str) -> Evidence | Words:
    root = folder.resolve()
    try:
        file = (root / path).resolve()
        if not file.is_relative_to(root) or not file.is_file():
            return Words(f"没有照片{path}", f"there is no photo {path}", "请把照片放在本文件旁的同名位置",
                         "put it there, relative to this file")  # fmt: skip
        if file.stat().st_size > LARGEST_PHOTO:
            return Words(f"照片{path}超过20 MB", f"{path} is larger than 20 MB", "请缩小", "make it smaller")
        content = file.read_bytes()
    except (OSError, ValueError) as bad:
        return Words(f"照片{path}不能读取", f"{path} cannot be read: {bad}", "请核对文件", "check the file")
    kind = media_type(content)
    if kind is None:
        return Words(
            f"{path}不是照片",
            f"{path} is no photo",
            "请使用JPEG、PNG、WebP或HEIC",
            "use JPEG, PNG, WebP or HEIC",
        )
    return Evidence(hashlib.sha256(content).hexdigest(), len(content), kind)


def media_type(content: bytes) -> str | None:
    """What a photo is by its first bytes, whatever its name says."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    if content[4:12] in (b"ftypheic", b"ftypheix", b"ftypmif1"):
        return "image/heic"
    return None
