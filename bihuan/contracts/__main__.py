"""`python -m bihuan.contracts`: write what others build against; refuse to break what they were told."""

from __future__ import annotations

import sys
from pathlib import Path

from bihuan.contracts import events, interfaces
from bihuan.contracts.generating import generate, told
from bihuan.parts.places import PROJECT
from shared.runtime.law_files import load_law

REFUSED = 1


def write(project: Path) -> int:
    """Bring the files up to date, all or none; the exit code."""
    made = generate(project, load_law())
    unfit = {
        **events.unfit(told(project, events.FOLDER), made.files),
        **interfaces.unfit(told(project, interfaces.FOLDER), made.files),
    }
    for path, found in unfit.items():
        zh, en = zip(*(one.told() for one in found), strict=True)
        print(f"{path}\n  不兼容:{';'.join(zh)}\n  incompatible: {'; '.join(en)}", file=sys.stderr)
    if unfit:
        print(
            "没有写入任何文件。账本中的事实永远要能读:保留原类型,把变更写成新的类型名(.v2)。"
            "接口对原来的调用者应继续有效:另设新的地址或成员,或者提高 shared/runtime/contract.py 中 VERSION 的第一个数字。\n"
            "Nothing was written. Facts in the ledger must be readable for ever: keep the type as it was and make the "
            "change under a new name (.v2). An interface must go on serving those who call it: add another address or "
            "member, or let the first number of VERSION in shared/runtime/contract.py grow.",
            file=sys.stderr,
        )
        return REFUSED
    changed = [path for path, text in made.files.items() if _write(project / path, text)]
    for path in made.gone:
        (project / path).unlink()
    print(f"契约:{len(made.files)}个文件,更新{len(changed)}个,删除{len(made.gone)}个")
    print(f"contracts: {len(made.files)} files, {len(changed)} written, {len(made.gone)} removed")
    return 0


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_bytes() == text.encode():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    return True


if __name__ == "__main__":
    sys.exit(write(PROJECT))
