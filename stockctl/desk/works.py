"""What pages do: each takes what was sent, calls one stage, and answers with JSON or with a job to follow."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from stockctl.desk import papers
from stockctl.desk.asked import number, text
from stockctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from stockctl.desk.jobs import Job
    from stockctl.desk.room import Room
    from stockctl.desk.shelf.rows import Row

# So many files may be worked on by one request.
MOST = 20_000


class Works:
    """The work of one desk. What takes long goes into a lane: words, sending, checking, each one after the other."""

    def __init__(self, desk: Room) -> None:
        self._desk = desk

    def all(self) -> dict[str, Callable[[Mapping[str, Any]], Any]]:
        """Return all work, by the name that pages ask for."""
        return {
            "save": self._save,
            "undo": self._undo,
            "ban": self._ban,
            "copy": self._copy,
            "add": self._add,
            "replace": self._replace,
            "choose": self._choose,
            "waive": self._waive,
            "release": self._release,
            "look": self._look,
            "stop": self._stop,
            "plan": self._plan,
            "send": self._send,
            "mark": self._mark,
            "check": self._check,
        }

    def _rows(self, said: Mapping[str, Any]) -> list[Row]:
        ids = said.get("ids")
        if not isinstance(ids, list) or len(ids) > MOST or not all(isinstance(one, str) for one in ids):
            raise UsageError("no files chosen", hint="choose some in the grid")
        rows = [row for one in dict.fromkeys(ids) if (row := self._desk.shelf.row(one)) is not None]
        if not rows:
            raise UsageError("no files chosen", hint="choose some in the grid")
        return rows

    def _ids(self, rows: list[Row]) -> list[str]:
        return [row.id for row in rows]

    # -- words

    def _save(self, said: Mapping[str, Any]) -> dict[str, Any]:
        desk, rows = self._desk, self._rows(said)
        if said.get("revision") is not None and (shown := desk.shelf.row(text(said, "shown"))) is not None:
            desk.bench.ask(lambda: desk.bench.current(shown, said["revision"]))

        def work(job: Job) -> dict[str, Any]:
            done = desk.bench.ask(lambda: desk.bench.save(rows, lambda count: desk.jobs.moved(job, done=count)))
            desk.shelf.judge(self._ids(rows))
            return done

        return desk.jobs.start("work", "saving words", work, len(rows)).to_json()

    def _undo(self, said: Mapping[str, Any]) -> dict[str, Any]:
        desk, batch = self._desk, number(said, "batch")

        def work(_job: Job) -> dict[str, Any]:
            done = desk.bench.ask(lambda: desk.bench.undo(batch))
            paths = {str(Path(path)) for path in done.pop("paths")}
            desk.shelf.judge([row.id for row in desk.shelf.rows() if str(row.path.absolute()) in paths])
            return done

        return desk.jobs.start("work", "taking back", work).to_json()

    def _ban(self, said: Mapping[str, Any]) -> dict[str, Any]:
        word = text(said, "word")
        self._desk.bench.ask(lambda: self._desk.bench.ban(word))
        return {"word": word}

    def _copy(self, said: Mapping[str, Any]) -> dict[str, Any]:
        desk, rows, fields = self._desk, self._rows(said), said.get("fields")
        source = desk.shelf.row(text(said, "from"))
        if source is None:
            raise UsageError("the picture to copy from is not here any more", hint="check again")
        if not isinstance(fields, list) or not all(isinstance(one, str) for one in fields):
            raise UsageError("nothing to copy", hint="name the fields")
        return desk.bench.ask(lambda: desk.bench.copy(source, rows, fields))

    def _add(self, said: Mapping[str, Any]) -> dict[str, Any]:
        from stockctl.keyword.wishes import split_words

        rows, words = self._rows(said), split_words(text(said, "words"))
        return self._desk.bench.ask(lambda: self._desk.bench.add(rows, words))

    def _replace(self, said: Mapping[str, Any]) -> dict[str, Any]:
        rows, old, new = self._rows(said), text(said, "old"), text(said, "new", empty=True)
        return self._desk.bench.ask(lambda: self._desk.bench.substitute(rows, old, new))

    def _look(self, said: Mapping[str, Any]) -> dict[str, Any]:
        desk, rows, source = self._desk, self._rows(said), text(said, "source", empty=True)

        def work(job: Job) -> dict[str, Any]:
            return desk.bench.ask(
                lambda: desk.bench.look(
                    rows, source, lambda count: desk.jobs.moved(job, done=count), lambda: job.stopping
                )
            )

        return desk.jobs.start("work", "looking at pictures", work, len(rows)).to_json()

    def _stop(self, said: Mapping[str, Any]) -> dict[str, Any]:
        self._desk.jobs.stop(number(said, "job") or 0)
        return {}

    # -- what is known of pictures

    def _choose(self, said: Mapping[str, Any]) -> dict[str, Any]:
        desk, rows, chosen = self._desk, self._rows(said), said.get("choices")
        if not isinstance(chosen, dict):
            raise UsageError("no choices given")
        desk.bench.ask(lambda: desk.bench.choose(rows, chosen))
        desk.shelf.judge(self._ids(rows))
        return {"version": desk.shelf.version}

    def _waive(self, said: Mapping[str, Any]) -> dict[str, Any]:
        from stockctl.catalogue import open_catalogue
        from stockctl.catalogue.seen import assets
        from stockctl.check.rules.registry import named

        rows = self._rows(said)
        (rule,) = named([text(said, "rule")])
        with open_catalogue(self._desk.catalogue) as catalogue:
            assets.waive(catalogue, {row.media_id for row in rows if row.media_id}, rule)
        self._desk.shelf.judge(self._ids(rows))
        return {"version": self._desk.shelf.version}

    def _release(self, said: Mapping[str, Any]) -> dict[str, Any]:
        rows = self._rows(said)
        done = papers.link(self._desk.catalogue, rows, number(said, "release") or 0, on=bool(said.get("on")))
        self._desk.shelf.judge(self._ids(rows))
        return done

    def _check(self, _said: Mapping[str, Any]) -> dict[str, Any]:
        desk = self._desk

        def work(job: Job) -> None:
            desk.shelf.read()
            desk.bench.ask(desk.bench.forget)
            desk.judge_all(job)

        return desk.jobs.start("check", "checking", work).to_json()

    # -- sending

    def _plan(self, said: Mapping[str, Any]) -> dict[str, Any]:
        return self._desk.sending.plan(self._rows(said), text(said, "agency"), prepare=bool(said.get("prepare")))

    def _send(self, said: Mapping[str, Any]) -> dict[str, Any]:
        desk, rows, agency, prepare = self._desk, self._rows(said), text(said, "agency"), bool(said.get("prepare"))

        def work(job: Job) -> dict[str, Any]:
            try:
                return desk.sending.send(job, rows, agency, prepare=prepare)
            finally:
                desk.shelf.restand()

        title = f"preparing for {agency}" if prepare else f"sending to {agency}"
        return desk.jobs.start("send", title, work).to_json()

    def _mark(self, said: Mapping[str, Any]) -> dict[str, Any]:
        done = self._desk.sending.mark_sent(self._rows(said), text(said, "agency"))
        self._desk.shelf.restand()
        return done
