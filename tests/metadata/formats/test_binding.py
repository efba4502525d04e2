"""Content Credentials that fit their file, and those that do not: changed files, words, signatures, and none."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest

from stockctl.metadata.origin.credentials import credentials
from tests.metadata.formats.test_credentials import box, packed, superbox

cryptography = pytest.importorskip("cryptography")
from cryptography import x509  # noqa: E402 - only where it is installed
from cryptography.hazmat.primitives import hashes, serialization  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils  # noqa: E402

PICTURE = b"before " + bytes(range(256)) * 20
NAMES = {-7: "ES256", -35: "ES384", -37: "PS256", -8: "EdDSA"}


def key_of(algorithm: int) -> Any:
    if algorithm == -8:
        return ed25519.Ed25519PrivateKey.generate()
    if algorithm == -37:
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1() if algorithm == -7 else ec.SECP384R1())


def certificate(key: Any) -> bytes:
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "A camera")])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + dt.timedelta(days=900))
    plain = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    return made.sign(key, plain).public_bytes(serialization.Encoding.DER)


def signed(key: Any, algorithm: int, message: bytes) -> bytes:
    if algorithm == -8:
        return bytes(key.sign(message))
    if algorithm == -37:
        return bytes(key.sign(message, padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256()))
    size, kind = (32, hashes.SHA256()) if algorithm == -7 else (48, hashes.SHA384())
    r, s = utils.decode_dss_signature(key.sign(message, ec.ECDSA(kind)))
    return bytes(r.to_bytes(size, "big") + s.to_bytes(size, "big"))


def store(algorithm: int = -7, *, picture: bytes = PICTURE, sign: bool = True, action: str = "c2pa.created") -> bytes:
    """Return a store that is signed for a picture of which the first seven bytes are left out."""
    acts = superbox(b"cbor", "c2pa.actions", box(b"cbor", packed({"actions": [{"action": "c2pa.created"}]})))
    bound = {"exclusions": [{"start": 0, "length": 7}], "alg": "sha256", "hash": hashlib.sha256(picture[7:]).digest()}
    hard = superbox(b"cbor", "c2pa.hash.data", box(b"cbor", packed(bound)))
    claim = packed(
        {
            "claim_generator": "A camera",
            "alg": "sha256",
            "assertions": [
                {"url": f"self#jumbf=c2pa.assertions/{label}", "hash": hashlib.sha256(part[8:]).digest()}
                for label, part in (("c2pa.actions", acts), ("c2pa.hash.data", hard))
            ],
        }
    )
    key = key_of(algorithm)
    protected = packed({1: algorithm, 33: certificate(key)})
    message = packed(["Signature1", protected, b"", claim])
    cose = b"\xd2" + packed([protected, {}, None, signed(key, algorithm, message)])
    if action != "c2pa.created":
        acts = acts.replace(b"c2pa.created", action.encode())
    parts = [
        superbox(b"c2as", "c2pa.assertions", acts, hard),
        superbox(b"c2cl", "c2pa.claim", box(b"cbor", claim)),
        *([superbox(b"c2cs", "c2pa.signature", box(b"cbor", cose))] if sign else []),
    ]
    return superbox(b"c2pa", "c2pa", superbox(b"c2ma", "urn:c2pa:one", *parts))


def fault(data: bytes, picture: bytes = PICTURE) -> str:
    return credentials(data, memoryview(picture)).fault


@pytest.mark.parametrize("algorithm", NAMES, ids=NAMES.values())
def test_what_fits_is_not_blamed(algorithm: int) -> None:
    assert fault(store(algorithm)) == ""
    # What is left out of the hash may change: the store itself lies there.
    assert fault(store(algorithm), b"another" + PICTURE[7:]) == ""


def test_a_file_that_was_changed_is_told() -> None:
    assert fault(store(), PICTURE[:-1] + b"!") == "the file was changed after they were signed"
    assert fault(store(), PICTURE[:-1]) == "the file was changed after they were signed"
    assert credentials(store()).fault == ""


def test_words_that_were_changed_are_told() -> None:
    assert fault(store(action="c2pa.drawing")) == "c2pa.actions was changed after it was signed"


@pytest.mark.parametrize("algorithm", NAMES, ids=NAMES.values())
def test_a_claim_that_was_changed_does_not_fit_its_signature(algorithm: int) -> None:
    assert fault(store(algorithm).replace(b"A camera", b"B camera", 1)) == "their signature does not fit what is signed"


def test_credentials_without_a_signature_are_told() -> None:
    assert fault(store(sign=False)) == "they are not signed"


def test_any_change_of_a_byte_ends_in_words() -> None:
    whole = store()
    for at in range(0, len(whole), 13):
        changed = whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        assert isinstance(fault(changed), str)
