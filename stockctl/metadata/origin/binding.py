"""Whether Content Credentials fit the file that they are in: what contradicts them is told, nothing is called valid.

By the C2PA specification 2.2: hashed assertions of a claim (8.4), the hard
bindings by ranges, by the boxes of ISO media files and by those of others (9.2,
`c2pa.hash.data`, `c2pa.hash.bmff`, `c2pa.hash.boxes`), COSE_Sign1 (RFC 9052) over the claim.
The signature is computed where the library `cryptography` is installed; whose
the certificate is, and whether anybody trusts it, is not looked at.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stockctl.errors import DamagedError
from stockctl.metadata.origin import boxed, cbor, listed
from stockctl.metadata.origin.jumbf import box, superboxes

if TYPE_CHECKING:
    from collections.abc import Callable

_MOST_ASSERTIONS, _MOST_RANGES = 1000, 1000
_PART = 16 << 20
# COSE (RFC 9053, RFC 8230): number of an algorithm, its hash; of elliptic curves how long half a signature is.
_CURVES = {-7: ("SHA256", 32), -35: ("SHA384", 48), -36: ("SHA512", 66)}
_PSS = {-37: "SHA256", -38: "SHA384", -39: "SHA512"}
_EDWARDS = -8
# Hard bindings (C2PA 2.2, 9.2), that of ISO media files with its versions; `….part` binds a part of a file only.
_BINDINGS = frozenset({"c2pa.hash.data", "c2pa.hash.boxes"} | {f"c2pa.hash.bmff{v}" for v in ("", ".v2", ".v3")})
_ALGORITHM, _CHAIN = 1, 33


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found: the `fault`, in words or empty, and whether the file itself was compared with what was signed."""

    fault: str = ""
    file: bool = False


def compared(store: bytes, data: memoryview | None) -> Compared:
    """Return what contradicts the active manifest, where anything does."""
    try:
        return _compared(store, data)
    except (DamagedError, ValueError, TypeError, OverflowError):
        # What cannot be read is told where it is read.
        return Compared()


def _compared(store: bytes, data: memoryview | None) -> Compared:
    manifest = _active(store)
    if manifest is None:
        return Compared()
    parts = {label.partition("__")[0]: (start, end) for label, start, end in superboxes(store, *manifest)}
    claim_at = parts.get("c2pa.claim.v2") or parts.get("c2pa.claim")
    claim = _content(store, claim_at) if claim_at else b""
    said = cbor.decode(claim) if claim else None
    if not isinstance(said, dict):
        return Compared()
    signature = _signature(store, parts.get("c2pa.signature"))
    if signature is None:
        return Compared("they are not signed")
    assertions = {label: (start, end) for label, start, end in superboxes(store, *parts.get("c2pa.assertions", (0, 0)))}
    if changed := _changed(store, said, assertions):
        return Compared(changed)
    same = _is_bound(store, said, assertions, data) if data is not None else None
    fault = "the file was changed after they were signed" if same is False else _unsigned(claim, signature)
    return Compared(fault, same is not None)


def _active(store: bytes) -> tuple[int, int] | None:
    """Return where the content of the last manifest lies."""
    found = None
    for label, start, end in superboxes(store, 0, len(store)):
        if label == "c2pa":
            for _, inner, stop in superboxes(store, start, end):
                found = inner, stop
    return found


def _content(store: bytes, place: tuple[int, int]) -> bytes:
    """Return the CBOR of a labelled box."""
    at, end = place
    while at < end:
        type_, start, stop = box(store, at, end)
        if type_ == b"cbor":
            return store[start:stop]
        at = stop
    return b""


def _signature(store: bytes, place: tuple[int, int] | None) -> list[Any] | None:
    """Return the four parts of a COSE_Sign1 message; None where there is none."""
    content = _content(store, place) if place else b""
    try:
        found = cbor.decode(content)
    except DamagedError:
        return None
    return found if isinstance(found, list) and len(found) == 4 and found[3] else None


def _changed(store: bytes, claim: dict[Any, Any], assertions: dict[str, tuple[int, int]]) -> str:
    """Return which assertion differs from what the claim says of it."""
    keys = ("assertions", "created_assertions", "gathered_assertions")
    listed = [one for key in keys for one in claim.get(key) or ()]
    same, other = 0, ""
    for one in listed[:_MOST_ASSERTIONS]:
        url, expected = (one.get("url"), one.get("hash")) if isinstance(one, dict) else (None, None)
        if not isinstance(url, str) or not isinstance(expected, bytes):
            continue
        label = url.rpartition("/")[2]
        algorithm = one.get("alg") or claim.get("alg") or "sha256"
        place = assertions.get(label)
        if place and algorithm in boxed.HASHES:
            fits = hashlib.new(algorithm, store[slice(*place)]).digest() == expected
            same += fits
            other = other or ("" if fits else label[:40])
    # Where none fits, the claim is of a time before the specification, and was hashed in another way.
    return f"{other} was changed after it was signed" if other and same else ""


def _is_bound(
    store: bytes, claim: dict[Any, Any], assertions: dict[str, tuple[int, int]], data: memoryview
) -> bool | None:
    """Return whether the file is the one that was signed; None where nothing tells that is computed here."""
    label = next((one for one in assertions if one.partition("__")[0] in _BINDINGS), "")
    said = cbor.decode(_content(store, assertions[label])) if label else None
    if not isinstance(said, dict):
        return None
    algorithm = said.get("alg") or claim.get("alg") or "sha256"
    kind = label.partition("__")[0]
    if kind == "c2pa.hash.boxes":
        same = listed.is_as_signed(said, algorithm, data)
        # A file of several parts may be bound part by part instead.
        return None if same is False and "c2pa.hash.multi-asset" in assertions else same
    if not isinstance(said.get("hash"), bytes):
        return None
    if kind != "c2pa.hash.data":
        return boxed.is_as_signed(kind, said, algorithm, data)
    ranges = sorted((int(one["start"]), int(one["length"])) for one in said.get("exclusions") or ())
    if algorithm not in boxed.HASHES or len(ranges) > _MOST_RANGES:
        return None
    digest = hashlib.new(algorithm)
    at = 0
    for start, length in [*ranges, (len(data), 0)]:
        for part in range(at, min(start, len(data)), _PART):
            digest.update(data[part : min(part + _PART, start)])
        at = max(at, start + length)
    return digest.digest() == bytes(said["hash"])


def _unsigned(claim: bytes, signature: list[Any]) -> str:
    """Return that the signature is not of this claim; an empty text where it is, or cannot be computed here."""
    protected, unprotected, _, signed = signature
    if not isinstance(protected, bytes) or not isinstance(signed, bytes):
        return "their signature is broken"
    heads = cbor.decode(protected) if protected else {}
    both = {**(unprotected if isinstance(unprotected, dict) else {}), **(heads if isinstance(heads, dict) else {})}
    chain = both.get(_CHAIN) or both.get("x5chain")
    leaf = chain[0] if isinstance(chain, list) and chain else chain
    verify = _verifier(leaf, both.get(_ALGORITHM)) if isinstance(leaf, bytes) else None
    if verify is None:
        return ""
    message = b"\x84" + b"".join(_string(part) for part in ("Signature1", protected, b"", claim))
    return "" if verify(signed, message) else "their signature does not fit what is signed"


def _string(value: bytes | str) -> bytes:
    """Return a text or bytes as CBOR."""
    major, data = (3, value.encode()) if isinstance(value, str) else (2, value)
    if len(data) < 24:
        return bytes([major << 5 | len(data)]) + data
    return bytes([major << 5 | 26]) + len(data).to_bytes(4, "big") + data if len(data) > 65535 else _short(major, data)


def _short(major: int, data: bytes) -> bytes:
    wide = 1 if len(data) < 256 else 2
    return bytes([major << 5 | 23 + wide]) + len(data).to_bytes(wide, "big") + data


def _verifier(certificate: bytes, algorithm: Any) -> Callable[[bytes, bytes], bool] | None:  # noqa: ANN401 - as CBOR has it
    """Return what tells whether a signature is that of a message by a certificate's key; None where nothing can."""
    try:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
        from cryptography.x509 import load_der_x509_certificate
    except ImportError:
        return None
    try:
        key = load_der_x509_certificate(certificate).public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None

    def verify(signed: bytes, message: bytes) -> bool:
        try:
            if algorithm in _CURVES and isinstance(key, ec.EllipticCurvePublicKey):
                name, half = _CURVES[algorithm]
                if len(signed) != 2 * half:
                    return False
                numbers = (int.from_bytes(signed[:half], "big"), int.from_bytes(signed[half:], "big"))
                key.verify(utils.encode_dss_signature(*numbers), message, ec.ECDSA(getattr(hashes, name)()))
            elif algorithm in _PSS and isinstance(key, rsa.RSAPublicKey):
                kind = getattr(hashes, _PSS[algorithm])()
                key.verify(signed, message, padding.PSS(padding.MGF1(kind), padding.PSS.AUTO), kind)
            elif algorithm == _EDWARDS and isinstance(key, ed25519.Ed25519PublicKey):
                key.verify(signed, message)
        except InvalidSignature:
            return False
        return True

    return verify
