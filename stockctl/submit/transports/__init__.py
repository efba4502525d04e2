"""Transports: one small protocol over folder, FTP, FTPS, SFTP and HTTPS."""
