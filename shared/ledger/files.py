"""Files that are written once, completely, and survive a power cut."""

import os
from pathlib import Path
from tempfile import mkstemp


def write_once(path: Path, content: bytes) -> bool:
    """Create a file (mode 0600) with all of its content, or leave the one that is there and answer False."""
    descriptor, temporary = mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.link(temporary, path)
    except FileExistsError:
        return False
    finally:
        Path(temporary).unlink()
    sync_folder(path.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the creation and removal of files in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
