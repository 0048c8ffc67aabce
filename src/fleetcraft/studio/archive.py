"""A run's folder as a zip that is sent while it is packed."""

from __future__ import annotations

from collections.abc import Iterator
from io import RawIOBase
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

BLOCK_BYTES = 2**18
PACKED = frozenset({".parquet", ".png", ".npz", ".xlsx", ".zip"})
"""Files that no further packing makes smaller."""


def zipped(folder: Path, names: list[str]) -> Iterator[bytes]:
    """The named files of a folder as one zip, piece by piece; below the folder's own name."""
    out = _Outlet()
    with ZipFile(out, "w") as archive:
        for name in names:
            entry = ZipInfo.from_file(folder / name, f"{folder.name}/{name}", strict_timestamps=False)
            entry.compress_type = ZIP_STORED if Path(name).suffix in PACKED else ZIP_DEFLATED
            with (folder / name).open("rb") as file, archive.open(entry, "w") as packed:
                while block := file.read(BLOCK_BYTES):
                    packed.write(block)
                    yield out.taken()
    yield out.taken()


class _Outlet(RawIOBase):
    """Takes what is written until it is sent."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._parts.append(bytes(data))
        return len(self._parts[-1])

    def taken(self) -> bytes:
        data = b"".join(self._parts)
        self._parts.clear()
        return data
