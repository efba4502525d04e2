"""One transfer under watch, from libcurl's callbacks: what is read, what has moved, and when to give up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pycurl

from stockctl.report.waiting import waiting_for
from stockctl.submit.transports import Fault, Upload, Watch

if TYPE_CHECKING:
    import threading
    from typing import BinaryIO


class Line:
    """One transfer under watch: reads the file for libcurl, and gives up when nothing moves."""

    def __init__(self, stream: BinaryIO | None, upload: Upload | None, watch: Watch, offset: int, stall: float) -> None:
        self._stream = stream
        self._upload = upload
        self._watch = watch
        self._stall = stall
        self._left = -1
        self._since = time.monotonic()
        self._told = False
        self._offset = offset
        self.position = offset
        self.fault: Fault | None = None
        self.why = ""
        if stream is not None:
            stream.seek(offset)

    @classmethod
    def idle(cls, stall: float, stop: threading.Event | None = None) -> Line:
        """Return a line on which no file is sent: only its silence is watched, and whether to stop."""
        return cls(None, None, Watch(stop=stop), 0, stall)

    def seek(self, offset: int, _origin: int) -> int:
        """Go to an offset in the file, as libcurl asks."""
        assert self._stream is not None
        self._stream.seek(offset)
        self.position = offset
        return int(pycurl.SEEKFUNC_OK)

    def read(self, count: int) -> bytes | int:
        """Give libcurl at most `count` bytes, or its word for giving up."""
        assert self._stream is not None
        assert self._upload is not None
        try:
            # The line is in order meanwhile: it is the person's own disk that is waited for.
            with waiting_for(self._upload.source):
                data = self._stream.read(min(count, self._upload.size - self.position))
        except OSError as error:
            self._end(Fault.SOURCE, f"cannot read {self._upload.source}: {error.strerror}")
            return int(pycurl.READFUNC_ABORT)
        if not data and self.position < self._upload.size:
            self._end(Fault.SOURCE, f"{self._upload.source} became shorter while it was being sent")
            return int(pycurl.READFUNC_ABORT)
        self.position += len(data)
        return data

    def look(self, _down_total: int, down: int, _up_total: int, up: int) -> int:
        """Take libcurl's report; a true answer aborts the transfer."""
        if self.fault is not None:
            return 1
        if self._watch.stop.is_set():
            self._end(Fault.STOPPED, "stopped")
            return 1
        moved = up + down
        if moved != self._left:
            self._left, self._since = moved, time.monotonic()
            if self._upload is not None:
                # libcurl counts what it sent in this request; the part that stood there before comes on top.
                done = min(up + self._offset, self._upload.size) if up <= self._upload.size - self._offset else up
                self._watch.moved(done)
                if done >= self._upload.size and not self._told:
                    self._told = True
                    self._watch.handed_over()
        elif time.monotonic() - self._since > self._stall:
            self._end(Fault.STALLED, f"no byte moved for {self._stall:.0f} s")
            return 1
        return 0

    def _end(self, fault: Fault, why: str) -> None:
        if self.fault is None:
            self.fault, self.why = fault, why
