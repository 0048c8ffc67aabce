"""The built page: files of the package, served with their types and kept by browsers as long as they are the same."""

from __future__ import annotations

from os import stat_result
from pathlib import Path

from starlette.responses import Response
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).with_name("static")
ASSETS = "assets/"
"""The folder whose files bear a hash of their content in their names."""
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}


class Page(StaticFiles):
    """The built page at /, its files below, nothing else."""

    def __init__(self) -> None:
        super().__init__(directory=STATIC, check_dir=False)

    async def check_config(self) -> None:
        """Nothing: a page that was never built is not found, which is no error of the server."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """One file; index.html for the folder itself and for nothing else."""
        return await super().get_response("index.html" if path == "." else path, scope)

    def file_response(
        self, full_path: PathLike, stat_result: stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file with its type and how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        path = Path(full_path)
        if path.suffix in TYPES and "content-type" in response.headers:
            response.headers["Content-Type"] = TYPES[path.suffix]
        hashed = path.relative_to(STATIC.resolve()).as_posix().startswith(ASSETS)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response
