"""Upload speed against lftp (FTPS) and rclone (SFTP) in one run, on this machine and at 60 ms; and the memory taken.

Ours is timed from the first connection to the last row of the ledger, the
peers from start to end of their process. The line of 60 ms is a proxy process
that holds back every piece for 30 ms each way; the server and the peers are
real programs. Nothing leaves loopback.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from stockctl.catalogue import open_catalogue  # noqa: E402 - found once the root is on the path
from stockctl.catalogue.sent.bookkeeping import Ledger  # noqa: E402
from stockctl.catalogue.sent.ledger import Upload  # noqa: E402
from stockctl.files.fingerprint import fingerprint  # noqa: E402
from stockctl.submit.sending.send import Sender  # noqa: E402
from stockctl.submit.sending.worker import Job  # noqa: E402
from stockctl.submit.transports import Door  # noqa: E402
from stockctl.submit.transports.opening import open_transport  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.servers import Server

DELAYED = "127.0.0.2"
STUCK_S = 60.0


def ours(server: Server, host: str, files: Sequence[Path], folder: Path, connections: int) -> float:
    """Send the files to a server as `submit` does, and return the seconds."""
    with tempfile.TemporaryDirectory(dir=folder) as home:
        door = Door(
            protocol=server.protocol,
            host=host,
            port=server.port,
            user=server.user,
            password=server.password,
            folder=server.remote or "/",
            tls=server.tls or "explicit",
            ca_file=str(server.ca_file or ""),
            known_hosts=Path(home) / "known_hosts",
            accept_new_host_key=True,
        )
        return send(door, files, folder, connections)


def send(door: Door, files: Sequence[Path], folder: Path, connections: int) -> float:
    """Send files with ledger and all, and return the seconds between the first word to the server and the last row."""
    with (
        tempfile.TemporaryDirectory(dir=folder) as home,
        open_catalogue(Path(home) / "c.db") as catalogue,
        Ledger(catalogue, "benchmark") as ledger,
    ):
        jobs = []
        for number, path in enumerate(files):
            row = Upload("a", str(number), 0, "photo", str(path), fingerprint(path), "/", path.name, door.protocol)
            taken = ledger.take([row], alive=())
            assert not isinstance(taken, str)
            jobs.append(Job(tuple(taken), (path,)))
        sender = Sender(ledger, lambda: open_transport(door), door.folder, connections)
        before = time.perf_counter()
        outcomes = sender.run(jobs)
        seconds = time.perf_counter() - before
    failed = [outcome.why for outcome in outcomes if not outcome.sent]
    if failed:
        sys.exit(f"failed: {failed[0]}")
    return seconds


def lftp(server: Server, host: str, source: Path, connections: int) -> float:
    """Send the folder by lftp, and return the seconds."""
    from tests.servers import PASSWORD, program

    commands = (
        "set ftp:ssl-force true; set ftp:ssl-protect-data true; set ftp:prefer-epsv true; set cmd:fail-exit true; "
        f"set ssl:ca-file {server.ca_file}; set ssl:check-hostname false; set net:connection-limit {connections}; "
        f"open -u {server.user},{PASSWORD} ftp://{host}:{server.port}; "
        f"mirror -R --no-perms --parallel={connections} {source} {server.remote}; bye"
    )
    return timed([program("lftp"), "-c", commands])


def rclone(server: Server, host: str, source: Path, connections: int) -> float:
    """Send the folder by rclone, and return the seconds."""
    from tests.servers import PASSWORD, program

    obscured = subprocess.run(
        [program("rclone"), "obscure", "-"], input=PASSWORD, text=True, capture_output=True, check=True
    ).stdout.strip()
    options = {
        "RCLONE_SFTP_HOST": host,
        "RCLONE_SFTP_PORT": str(server.port),
        "RCLONE_SFTP_USER": server.user,
        "RCLONE_SFTP_PASS": obscured,
        "RCLONE_SFTP_SET_MODTIME": "false",
        "RCLONE_SFTP_DISABLE_HASHCHECK": "true",
        "RCLONE_SFTP_SHELL_TYPE": "none",
        "RCLONE_CONFIG": os.devnull,
    }
    command = [program("rclone"), "copy", str(source), f":sftp:{server.folder}", "--transfers", str(connections)]
    return timed([*command, "--no-check-dest", "--ignore-times"], options)


def timed(command: Sequence[str], environment: dict[str, str] | None = None) -> float:
    """Run a peer and return its seconds; one that is stuck counts as the time after which it is ended."""
    before = time.perf_counter()
    surroundings = {**os.environ, **(environment or {})}
    try:
        done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False, timeout=STUCK_S)
    except subprocess.TimeoutExpired:
        print(f"{command[0]} was stuck for {STUCK_S} s", file=sys.stderr)
        return STUCK_S
    if done.returncode:
        sys.exit(f"{command[0]}: {done.stderr[-500:]}")
    return time.perf_counter() - before


def compare(work: Path, files: Sequence[Path], connections: int, rounds: int) -> dict[str, Any]:
    """Measure both protocols, near and far, ours and the peer in turn, and return the best round of each."""
    from tests.servers import free_port
    from tests.servers.sshd import sshd
    from tests.servers.vsftpd import vsftpd

    total = sum(path.stat().st_size for path in files) / 1e6
    # For the data connections: beyond what the servers are given.
    low = free_port() + 13_000
    table: dict[str, Any] = {}
    peers = {"ftps": ("lftp", lftp), "sftp": ("rclone", rclone)}
    passive = f"pasv_min_port={low}\npasv_max_port={low + 60}\npasv_promiscuous=YES"
    for protocol, make in (("ftps", lambda folder: vsftpd(folder, more=passive)), ("sftp", sshd)):
        folder = work / protocol
        folder.mkdir()
        server = make(folder)
        server.start()
        forwarded = [server.port, *(range(low, low + 61) if protocol == "ftps" else ())]
        command = [sys.executable, "-m", "tests.servers.proxy", "0.03", *map(str, forwarded)]
        proxy = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE)
        name, peer = peers[protocol]
        try:
            far = replace(server, host=DELAYED)
            server.wait(far.answers)
            for line, host in (("local", "127.0.0.1"), ("60ms", DELAYED)):
                taken: dict[str, list[float]] = {"ours": [], name: []}
                for _ in range(rounds):
                    clear(server)
                    taken["ours"].append(ours(server, host, files, work, connections))
                    expect(server, files)
                    clear(server)
                    seconds = peer(server, host, files[0].parent, connections)
                    if seconds < STUCK_S:
                        expect(server, files)
                    taken[name].append(seconds)
                best = {side: min(times) for side, times in taken.items()}
                table.setdefault(protocol, {})[line] = {
                    "ours_mb_s": round(total / best["ours"], 1),
                    f"{name}_mb_s": round(total / best[name], 1),
                    "ratio": round(best[name] / best["ours"], 2),
                    "rounds": taken,
                }
        finally:
            assert proxy.stdin is not None
            proxy.stdin.close()
            proxy.wait()
            server.stop()
    return table


def clear(server: Server) -> None:
    for path in server.folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def expect(server: Server, files: Sequence[Path]) -> None:
    """Look that everything arrived, so that no failure passes for speed."""
    there = {path.name: path.stat().st_size for path in server.folder.rglob("*") if path.is_file()}
    missing = [path.name for path in files if there.get(path.name) != path.stat().st_size]
    if missing:
        sys.exit(f"did not arrive: {missing[:3]}")


def memory(work: Path, count: int, size: int) -> dict[str, float]:
    """Send many large files to a server that drops them, in a process of its own, and return its peak in MB."""
    from tests.servers.moody import Moody

    folder = work / "large"
    folder.mkdir()
    for number in range(count):
        with (folder / f"{number:04}.jpg").open("wb") as file:
            file.truncate(size)
    with Moody(work / "sink", sink=True) as moody:
        done = subprocess.run(
            [sys.executable, __file__, "--send-to", str(moody.port), str(folder)],
            env={**os.environ, "BENCHMARK_PASSWORD": moody.server.password},
            capture_output=True,
            text=True,
            check=True,
        )
    measured: dict[str, float] = json.loads(done.stdout)
    return {"files": count, "mb_each": size / 1e6} | measured


def send_to(port: int, password: str, folder: Path) -> None:
    """Be the process whose memory is measured: nothing of the tests is drawn in."""
    files = sorted(folder.iterdir())
    door = Door("ftp", "127.0.0.1", port, "contributor", password, tls="none")
    seconds = send(door, files, folder.parent, 4)
    # Not ru_maxrss: a new process inherits that of the one which started it.
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")]
    peak = int(line.split()[1]) / 1024
    print(json.dumps({"peak_mb": round(peak, 1), "seconds": round(seconds, 1)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, help="files to send; without it random ones are made")
    parser.add_argument("--files", type=int, default=40, help="how many random files (default 40)")
    parser.add_argument("--size", type=float, default=4, help="MB of each (default 4)")
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=2, help="the best round counts (default 2)")
    parser.add_argument("--large", type=int, default=100, help="files of 50 MB for the memory figure; 0: none")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.add_argument("--send-to", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.send_to:
        send_to(options.send_to, os.environ["BENCHMARK_PASSWORD"], options.folder)
        return
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        work.chmod(0o755)
        source = work / "files"
        source.mkdir()
        if options.folder:
            for path in sorted(options.folder.iterdir()):
                shutil.copy(path, source / path.name)
        else:
            for number in range(options.files):
                (source / f"{number:03}.jpg").write_bytes(os.urandom(int(options.size * 1e6)))
        table = compare(work, sorted(source.iterdir()), options.connections, options.rounds)
        if options.large:
            table["memory"] = memory(work, options.large, 50_000_000)
    if options.json:
        print(json.dumps(table, indent=2))
        return
    for what, entry in table.items():
        for line, figures in entry.items() if what != "memory" else [("", entry)]:
            print(f"{what:6} {line:6}", "  ".join(f"{key} {value}" for key, value in figures.items()))


if __name__ == "__main__":
    main()
