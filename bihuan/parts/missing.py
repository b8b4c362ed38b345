"""What we say when a part cannot be had."""

from collections.abc import Sequence


class MissingPart(Exception):
    """A part we cannot do without is not there; `mend` is the one command that brings it."""

    log_safe = True

    def __init__(self, part: str, why: str, mend: str, tried: Sequence[str] = ()) -> None:
        self.part, self.why, self.mend, self.tried = part, why, mend, tuple(tried)
        super().__init__(part, why, mend)

    def __str__(self) -> str:
        lines = [f"缺少 {self.part} / missing: {self.why}"]
        lines += [f"  试过 / tried: {each}" for each in self.tried]
        return "\n".join([*lines, f"  补救 / to mend: {self.mend}"])


class FolderInUse(Exception):
    """Another living run holds this data folder; we neither share it nor stop it."""

    log_safe = True

    def __init__(self, folder: str, pid: int | None) -> None:
        self.folder, self.pid = folder, pid
        super().__init__(folder, pid)

    def __str__(self) -> str:
        by = f"进程 / process {self.pid}" if self.pid else "另一进程 / another process"
        return f"数据目录正被使用 / data folder in use: {self.folder} ({by})"
