"""The desk's routes: each reads what a page sent, calls one stage, and answers with a view or JSON."""

from __future__ import annotations

import json
import queue
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from stockctl.check.run.pool import open_pool
from stockctl.desk import bench, views
from stockctl.desk.guard import Guard, Keys
from stockctl.desk.jobs import Jobs
from stockctl.desk.pictures import full, large, thumbnail
from stockctl.desk.sending import Sending
from stockctl.desk.shelf import Shelf
from stockctl.desk.thumbnails import PICTURED, Thumbnails
from stockctl.errors import FileProblem, StockctlError, UsageError
from stockctl.files.temporary import temporary_folder

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from stockctl.config import Settings
    from stockctl.desk.jobs import Job
    from stockctl.desk.shelf import Row

_STATIC = Path(__file__).parent / "static"
REPORT = Path(__file__).parents[1] / "report" / "templates"
# So many files may be worked on by one request.
_MOST = 20_000
_TICK_S = 15.0


class Desk:
    """One desk: its files, its words, its jobs, and the application that serves them."""

    def __init__(
        self, catalogue: Path, settings: Settings, paths: Sequence[Path], port: int, on_bug: Callable[[], str]
    ) -> None:
        self._on_bug = on_bug
        self.catalogue = catalogue
        self.settings = settings
        self.keys = Keys()
        self.jobs = Jobs(on_bug)
        self.shelf = Shelf(catalogue, settings, paths)
        self.shelf.read()
        self.pool = open_pool(2)
        self.thumbnails = Thumbnails(catalogue, self.pool)
        self.bench = bench.Bench(catalogue, settings)
        self.sending = Sending(catalogue, settings, self.jobs)
        self.app: ASGIApp = Guard(self._application(), keys=self.keys, port=port)
        self.jobs.start("check", "checking", self._judge_all, len(self.shelf.rows()))

    def close(self) -> None:
        """End what goes on; what is being written comes to its end."""
        self.jobs.end()
        self.bench.close()
        self.pool.shutdown(wait=False, cancel_futures=True)
        self.thumbnails.close()

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
            *(Route(f"/api/{name}", self._post(work), methods=["POST"]) for name, work in self._works().items()),
            Route("/chart.css", lambda _request: FileResponse(REPORT / "chart.css", media_type="text/css")),
            Route("/report.js", lambda _request: FileResponse(REPORT / "page.js", media_type="text/javascript")),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ]
        return Starlette(
            routes=routes, exception_handlers={StockctlError: _told, HTTPException: _http, Exception: self._bug}
        )

    def _works(self) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
        return {
            "save": self._save,
            "undo": self._undo,
            "ban": self._ban,
            "copy": self._copy,
            "add": self._add,
            "replace": self._replace,
            "choose": self._choose,
            "waive": self._waive,
            "look": self._look,
            "plan": self._plan,
            "send": self._send,
            "mark": self._mark,
            "check": self._check,
        }

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

    def _rows(self, said: Mapping[str, Any]) -> list[Row]:
        ids = said.get("ids")
        if not isinstance(ids, list) or len(ids) > _MOST or not all(isinstance(one, str) for one in ids):
            raise UsageError("no files chosen", hint="choose some in the grid")
        rows = [row for one in dict.fromkeys(ids) if (row := self.shelf.row(one)) is not None]
        if not rows:
            raise UsageError("no files chosen", hint="choose some in the grid")
        return rows

    def _files(self, request: Request) -> Response:
        known = request.query_params.get("version", "")
        if known == str(self.shelf.version):
            return JSONResponse({"version": self.shelf.version})
        return JSONResponse(self.shelf.to_json())

    def _file(self, request: Request) -> Response:
        row = self._row(request.path_params["id"])
        return JSONResponse(views.file_json(row, self.shelf))

    def _words(self, request: Request) -> Response:
        row = self._row(request.path_params["id"])
        agencies = bench.chosen_agencies(self.settings)
        found = self.bench.ask(lambda: self.bench.shown(row, agencies))
        return JSONResponse({**found, "agencies": [bench.limits(agency) for agency in agencies]})

    async def _keep(self, request: Request) -> Response:
        row = self._row(request.path_params["id"])
        said = await _body(request)
        agencies = bench.chosen_agencies(self.settings)
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
            said = await _body(request)
            answer = await anyio.to_thread.run_sync(lambda: work(said))
            return JSONResponse(answer if answer is not None else {})

        return posted

    def _save(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        rows = self._rows(said)

        def work(job: Job) -> Any:  # noqa: ANN401 - JSON
            done = self.bench.ask(lambda: self.bench.save(rows, lambda count: self.jobs.moved(job, done=count)))
            self.shelf.judge([row.id for row in rows])
            return done

        return self.jobs.start("work", "saving words", work, len(rows)).to_json()

    def _undo(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        number = said.get("batch")
        if number is not None and not isinstance(number, int):
            raise UsageError("a batch is a number")

        def work(_job: Job) -> Any:  # noqa: ANN401 - JSON
            done = self.bench.ask(lambda: self.bench.undo(number))
            paths = {str(Path(path)) for path in done.pop("paths")}
            self.shelf.judge([row.id for row in self.shelf.rows() if str(row.path.absolute()) in paths])
            return done

        return self.jobs.start("work", "taking back", work).to_json()

    def _ban(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        word = _text(said, "word")
        self.bench.ask(lambda: self.bench.ban(word))
        return {"word": word}

    def _copy(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        source, rows, fields = self._row(_text(said, "from")), self._rows(said), said.get("fields") or []
        return {"changed": self.bench.ask(lambda: self.bench.copy(source, rows, fields))}

    def _add(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        from stockctl.keyword.wishes import split_words

        rows, words = self._rows(said), split_words(_text(said, "words"))
        return {"changed": self.bench.ask(lambda: self.bench.add(rows, words))}

    def _replace(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        rows, old, new = self._rows(said), _text(said, "old"), _text(said, "new", empty=True)
        return {"changed": self.bench.ask(lambda: self.bench.substitute(rows, old, new))}

    def _choose(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        rows, chosen = self._rows(said), said.get("choices")
        if not isinstance(chosen, dict):
            raise UsageError("no choices given")
        self.bench.ask(lambda: self.bench.choose(rows, chosen))
        self.shelf.judge([row.id for row in rows])
        return {"version": self.shelf.version}

    def _waive(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        from stockctl.catalogue import assets, open_catalogue
        from stockctl.check.rules.registry import named

        rows = self._rows(said)
        (rule,) = named([_text(said, "rule")])
        with open_catalogue(self.catalogue) as catalogue:
            assets.waive(catalogue, {row.media_id for row in rows}, rule)
        self.shelf.judge([row.id for row in rows])
        return {"version": self.shelf.version}

    def _look(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        rows, name = self._rows(said), _text(said, "source", empty=True)

        def work(job: Job) -> Any:  # noqa: ANN401 - JSON
            return self.bench.ask(lambda: self.bench.look(rows, name, lambda count: self.jobs.moved(job, done=count)))

        return self.jobs.start("work", "looking at pictures", work, len(rows)).to_json()

    def _plan(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        return self.sending.plan(self._rows(said), _text(said, "agency"), prepare=bool(said.get("prepare")))

    def _send(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        rows, agency, prepare = self._rows(said), _text(said, "agency"), bool(said.get("prepare"))

        def work(job: Job) -> Any:  # noqa: ANN401 - JSON
            done = self.sending.send(job, rows, agency, prepare=prepare)
            self.shelf.restand()
            return done

        title = f"preparing for {agency}" if prepare else f"sending to {agency}"
        return self.jobs.start("send", title, work).to_json()

    def _mark(self, said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        done = self.sending.mark_sent(self._rows(said), _text(said, "agency"))
        self.shelf.restand()
        return done

    def _check(self, _said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
        def work(job: Job) -> Any:  # noqa: ANN401 - JSON
            self.shelf.read()
            self.bench.ask(self.bench.forget)
            return self._judge_all(job)

        return self.jobs.start("check", "checking", work, len(self.shelf.rows())).to_json()

    def _judge_all(self, job: Job) -> None:
        """Check all files and make the small pictures that are missing; the grid is there meanwhile."""
        self.shelf.judge()
        rows = {row.media_id: row for row in self.shelf.rows() if row.media_id}
        missing = self.thumbnails.missing(list(rows))
        self.jobs.moved(job, done=0, total=len(missing), note="small pictures")
        for number, media_id in enumerate(missing, 1):
            row = rows[media_id]
            # A desk that is closed makes no more of them: they are made the next time.
            if row.kind in PICTURED and not self.thumbnails.made(media_id, row.path, row.format):
                return
            self.jobs.moved(job, done=number)

    async def _statement(self, request: Request) -> Response:
        """Take a statement that was dropped on the page, and read it as `stockctl earnings FILE` does."""
        name = Path(request.headers.get("x-file-name", "")).name or "statement.csv"
        with temporary_folder(self.catalogue) as folder:
            path = folder / views.file_name(name)
            with path.open("wb") as file:
                async for part in request.stream():
                    file.write(part)
            answer = await anyio.to_thread.run_sync(lambda: views.imported(self.catalogue, path, date.today()))  # noqa: DTZ011 - the person's own day
        return JSONResponse(answer)


async def _body(request: Request) -> dict[str, Any]:
    try:
        said = json.loads(await request.body())
    except (ValueError, RecursionError) as error:
        raise UsageError("the request is no JSON") from error
    if not isinstance(said, dict):
        raise UsageError("the request is no JSON object")
    return said


def _text(said: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    text = said.get(name, "" if empty else None)
    if not isinstance(text, str) or not (empty or text.strip()):
        raise UsageError(f"{name} must be a text")
    return text


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


def _http(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.status_code}\n", error.status_code)
