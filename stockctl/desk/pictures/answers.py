"""Pictures for pages: small, large, and at 100 %; asked for by the catalogue's id, never by a path."""

from __future__ import annotations

import asyncio
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from stockctl.desk.pictures.thumbnails import LARGE, PICTURED, shrink
from stockctl.files.opening import LARGEST_PICTURE, read_bytes

if TYPE_CHECKING:
    from concurrent.futures import Executor, Future

    from stockctl.desk.pictures.thumbnails import Small, Thumbnails
    from stockctl.desk.shelf.rows import Row

# What a browser decodes by itself; all else is decoded here and sent as a JPEG.
_OF_BROWSERS = {"jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp"}
_A_DAY = {"cache-control": "private, max-age=86400"}
# The longest side of a picture that is decoded for 100 %: more than any sensor has.
_WHOLE = 60_000


async def thumbnail(row: Row, thumbnails: Thumbnails) -> Response:
    """Answer with the small picture, made now where it was not made before."""
    if row.kind not in PICTURED:
        raise HTTPException(404)
    jpeg = thumbnails.kept(row.media_id)
    if jpeg is None:
        jpeg = (await _made(thumbnails.make(row.media_id, row.path, row.format))).jpeg
    if not jpeg:
        raise HTTPException(404)
    return Response(jpeg, media_type="image/jpeg", headers=_A_DAY)


async def large(row: Row, pool: Executor) -> Response:
    """Answer with the picture as large as a screen."""
    return await _decoded(row, pool, LARGE)


async def full(row: Row, pool: Executor) -> Response:
    """Answer with the picture at 100 %: the file itself where a browser reads it, else decoded."""
    if row.kind not in PICTURED:
        raise HTTPException(404)
    if row.format not in _OF_BROWSERS:
        return await _decoded(row, pool, _WHOLE)
    try:
        data = await asyncio.to_thread(read_bytes, row.path, LARGEST_PICTURE)
    except OSError as error:
        raise HTTPException(404) from error
    return Response(data, media_type=_OF_BROWSERS[row.format])


async def _decoded(row: Row, pool: Executor, side: int) -> Response:
    if row.kind not in PICTURED:
        raise HTTPException(404)
    small = await _made(pool.submit(shrink, row.path, row.format, side))
    if not small.jpeg:
        raise HTTPException(404)
    return Response(small.jpeg, media_type="image/jpeg")


async def _made(future: Future[Small]) -> Small:
    try:
        return await asyncio.wrap_future(future)
    except BrokenProcessPool as error:
        raise HTTPException(404) from error
