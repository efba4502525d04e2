"""nginx with WebDAV's PUT and DELETE over HTTPS, behind a password."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

from tests.servers import PASSWORD, USER, Server, free_port, program
from tests.servers.certificates import authority, certificate

if TYPE_CHECKING:
    from pathlib import Path


def nginx(folder: Path) -> Server:
    """Return a server, not yet started."""
    drop = folder / "drop"
    drop.mkdir(parents=True)
    drop.chmod(0o777)
    port = free_port()
    secret = subprocess.run(
        [program("openssl"), "passwd", "-apr1", "-stdin"], input=PASSWORD, text=True, capture_output=True, check=True
    ).stdout.strip()
    (folder / "users").write_text(f"{USER}:{secret}\n")
    pem = certificate(folder)
    settings = folder / "nginx.conf"
    settings.write_text(
        f"""\
daemon off;
user root;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 64; }}
http {{
  access_log {folder}/access.log;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fcgi;
  uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{port} ssl;
    ssl_certificate {pem};
    ssl_certificate_key {pem};
    client_max_body_size 100m;
    location / {{
      root {drop};
      dav_methods PUT DELETE;
      auth_basic "uploads";
      auth_basic_user_file {folder}/users;
    }}
  }}
}}
"""
    )
    return Server(
        protocol="https",
        port=port,
        folder=drop,
        command=[program("nginx"), "-e", str(folder / "error.log"), "-c", str(settings), "-p", str(folder)],
        ca_file=authority(folder),
        log=folder / "output.log",
    )
