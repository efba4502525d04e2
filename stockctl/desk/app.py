"""The desk's routes: each reads what a page sent, calls one stage, and answers with a view or JSON."""

from __future__ import annotations

import json
import queue
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread
import msgspec
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from stockctl.desk import asked, papers, views
from stockctl.desk.guard import Guard, Keys
from stockctl.desk.pictures.answers import full, large, thumbnail
from stockctl.desk.room import Room
from stockctl.desk.words import forms, looking
from stockctl.desk.words.bench import StaleError
from stockctl.desk.works import Works
from stockctl.errors import FileProblem, StockctlError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from stockctl.config import Settings
    from stockctl.desk.shelf.rows import Row

_STATIC = Path(__file__).parent / "static"
REPORT = Path(__file__).parents[1] / "report" / "templates"
_TICK_S = 15.0
# A version has never so many digits.
_DIGITS = 12


class Desk(Room):
    """One desk, and the application that serves it."""

    def __init__(
        self, catalogue: Path, settings: Settings, paths: Sequence[Path], port: int, on_bug: Callable[[], str]
    ) -> None:
        super().__init__(catalogue, settings, paths, on_bug)
        self._on_bug = on_bug
        self.keys = Keys()
        self.app: ASGIApp = Guard(self._application(), keys=self.keys, port=port)
        self.jobs.start("check", "checking", self.judge_all, len(self.shelf.rows()))

    def _application(self) -> Starlette:
        routes = [
            Route("/", self._page("grid.html.j2")),
            Route("/file/{id}", self._file_page),
            Route("/send", self._page("send.html.j2")),
            Route("/earnings", self._earnings_page),
            Route("/plan", self._plan_page),
            Route("/api/files", self._files),
            Route("/api/file/{id}", self._file),
            Route("/api/words/{id}", self._words),
            Route("/api/keep/{id}", self._keep, methods=["POST"]),
            Route("/api/jobs", self._jobs),
            Route("/api/jobs/{number:int}/events", self._events),
            Route("/thumb/{id}", self._thumb),
            Route("/picture/{id}", self._large),
            Route("/full/{id}", self._full),
            Route("/api/statement", self._statement, methods=["POST"]),
            Route("/api/paper", self._paper, methods=["POST"]),
            Route("/api/agencies", self._agencies),
            Route("/api/releases", self._releases),
            Route("/api/sources", self._sources),
            *(Route(f"/api/{name}", self._post(work), methods=["POST"]) for name, work in Works(self).all().items()),
            Route("/chart.css", lambda _request: FileResponse(REPORT / "chart.css", media_type="text/css")),
            Route("/report.js", lambda _request: FileResponse(REPORT / "page.js", media_type="text/javascript")),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]
        return Starlette(
            routes=routes,
            exception_handlers={StaleError: _stale, StockctlError: _told, HTTPException: _http, Exception: self._bug},
        )

    def _bug(self, _request: Request, _error: Exception) -> Response:
        return JSONResponse({"error": "something went wrong in the program", "hint": self._on_bug()}, 500)

    # -- pages

    def _page(self, template: str) -> Callable[[Request], Response]:
        def page(_request: Request) -> Response:
            return self._html(template)

        return page

    def _html(self, template: str, **values: Any) -> Response:  # noqa: ANN401 - what the template names
        return HTMLResponse(views.render(template, page_token=self.keys.page, **values))

    def _file_page(self, request: Request) -> Response:
        row = self._row(request.path_params["id"])
        return self._html("file.html.j2", row=row)

    def _earnings_page(self, request: Request) -> Response:
        year = request.query_params.get("year", "")
        asked = int(year) if year.isdigit() and len(year) == 4 else None
        return self._html("earnings.html.j2", **views.earnings(self.catalogue, asked, self.shelf))

    def _plan_page(self, _request: Request) -> Response:
        return self._html("plan.html.j2", section=views.plan(self.catalogue, self.settings))

    # -- what pages ask for

    def _row(self, id_: str) -> Row:
        row = self.shelf.row(id_)
        if row is None:
            raise HTTPException(404)
        return row

    def _files(self, request: Request) -> Response:
        known = request.query_params.get("version", "")
        found = self.shelf.to_json(int(known) if known.isdecimal() and len(known) < _DIGITS else 0)
        return Response(msgspec.json.encode(found), media_type="application/json")

    def _file(self, request: Request) -> Response:
        row = self._row(request.path_params["id"])
        judged = self.shelf.look(row)
        return JSONResponse(views.file_json(self._row(row.id), judged, self.shelf))

    def _words(self, request: Request) -> Response:
        row = self._row(request.path_params["id"])
        agencies = forms.chosen_agencies(self.settings)
        found = self.bench.ask(lambda: self.bench.shown(row, agencies))
        return JSONResponse({**found, "agencies": [forms.limits(agency) for agency in agencies]})

    def _agencies(self, _request: Request) -> Response:
        return JSONResponse({"agencies": [{"name": one.name, "title": one.title} for one in self.shelf.chosen()]})

    def _releases(self, _request: Request) -> Response:
        return JSONResponse({"releases": papers.listed(self.catalogue)})

    def _sources(self, _request: Request) -> Response:
        return JSONResponse({"sources": looking.sources_json(self.settings, self.catalogue)})

    async def _keep(self, request: Request) -> Response:
        row = self._row(request.path_params["id"])
        said = await asked.body(request)
        agencies = forms.chosen_agencies(self.settings)
        found = await anyio.to_thread.run_sync(lambda: self.bench.ask(lambda: self.bench.keep(row, said, agencies)))
        return JSONResponse(found)

    def _jobs(self, _request: Request) -> Response:
        return JSONResponse({"jobs": [job.to_json() for job in self.jobs.running()], "version": self.shelf.version})

    async def _events(self, request: Request) -> Response:
        job = self.jobs.get(request.path_params["number"])
        if job is None:
            raise HTTPException(404)
        listener = self.jobs.listen(job)
        headers = {"cache-control": "no-store"}
        return StreamingResponse(_streamed(listener), media_type="text/event-stream", headers=headers)

    async def _thumb(self, request: Request) -> Response:
        return await thumbnail(self._row(request.path_params["id"]), self.thumbnails)

    async def _large(self, request: Request) -> Response:
        return await large(self._row(request.path_params["id"]), self.pool)

    async def _full(self, request: Request) -> Response:
        return await full(self._row(request.path_params["id"]), self.pool)

    # -- what pages do

    def _post(self, work: Callable[[Mapping[str, Any]], Any]) -> Callable[[Request], Awaitable[Response]]:
        async def posted(request: Request) -> Response:
            said = await asked.body(request)
            answer = await anyio.to_thread.run_sync(lambda: work(said))
            return JSONResponse(answer if answer is not None else {})

        return posted

    # -- what is dropped on pages

    async def _statement(self, request: Request) -> Response:
        """Take a statement, and read it as `stockctl earnings FILE` does."""
        async with asked.dropped(request, self.catalogue, "statement.csv") as path:
            today = date.today()  # noqa: DTZ011 - the person's own day
            return JSONResponse(
                await anyio.to_thread.run_sync(
                    lambda: views.imported(self.catalogue, path, today, self.settings.folder)
                )
            )

    async def _paper(self, request: Request) -> Response:
        """Take a signed paper, and keep it with the release that it is."""
        said = dict(request.query_params)
        async with asked.dropped(request, self.catalogue, "release.pdf") as path:
            return JSONResponse(await anyio.to_thread.run_sync(lambda: papers.take(self.catalogue, path, said)))


async def _streamed(listener: queue.SimpleQueue[dict[str, Any]]) -> AsyncIterator[str]:
    """Yield each step of a job as a server-sent event; a line now and then keeps the connection."""

    def wait() -> dict[str, Any] | None:
        try:
            return listener.get(timeout=_TICK_S)
        except queue.Empty:
            return None

    while True:
        step = await anyio.to_thread.run_sync(wait, abandon_on_cancel=True)
        yield ": still here\n\n" if step is None else f"data: {json.dumps(step)}\n\n"
        if step is not None and step["ended"]:
            return


def _told(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StockctlError)
    where = Path(error.where).name if isinstance(error, FileProblem) else ""
    said = f"{where}: {error.message}" if where else error.message
    return JSONResponse({"error": said, "hint": error.hint}, 422)


def _stale(_request: Request, error: Exception) -> Response:
    assert isinstance(error, StaleError)
    return JSONResponse({"error": error.message, "hint": error.hint, "stale": True}, 409)


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.status_code}\n", error.status_code)
