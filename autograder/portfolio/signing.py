"""Ed25519 keys named as did:key, and Data Integrity proofs over canonical JSON.

Sources: W3C *Data Integrity EdDSA Cryptosuites v1.0* (eddsa-jcs-2022),
*The did:key Method v0.7*, RFC 8785 (JCS), RFC 8032 (Ed25519).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from autograder.errors import RungsError

__all__ = ["PortfolioError", "Signer", "canonical", "signers"]

_ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_ED25519 = b"\xed\x01"  # multicodec ed25519-pub, as a varint
_SUITE = "eddsa-jcs-2022"


class PortfolioError(RungsError):
    """Report a bundle that cannot be made, read or believed."""


class Signer:
    """A private key in a file that only its owner can read; made on first use."""

    def __init__(self, path: Path) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(_secret(path))

    @property
    def did(self) -> str:
        """Return the public key's name, `did:key:z6Mk…`."""
        return f"did:key:{_multibase(_ED25519 + self._key.public_key().public_bytes_raw())}"

    def sign(self, document: Mapping[str, Any], now: datetime | None = None) -> dict[str, Any]:
        """Return a copy of the document with one more proof in it."""
        bare = {name: value for name, value in document.items() if name != "proof"}
        options = {
            "type": "DataIntegrityProof",
            "cryptosuite": _SUITE,
            "created": (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "verificationMethod": f"{self.did}#{self.did.removeprefix('did:key:')}",
            "proofPurpose": "assertionMethod",
        }
        value = _multibase(self._key.sign(_hashed(bare, options)))
        proofs = [*_proofs(document), options | {"proofValue": value}]
        return bare | {"proof": proofs if len(proofs) > 1 else proofs[0]}


def signers(document: Mapping[str, Any]) -> list[str]:
    """Return the did:key of every proof; raise `PortfolioError` where one does not hold."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    proofs = _proofs(document)
    if not proofs:
        raise PortfolioError("portfolio.json is not signed.")
    return [_checked(bare, dict(proof)) for proof in proofs]


def canonical(value: Any) -> bytes:
    """Write JSON as RFC 8785 does, for texts, booleans, whole numbers, lists and objects.

    Raise `PortfolioError` for anything else: numbers with a point are written
    as texts in a bundle, so that every reader agrees on their digits.
    """
    _check_plain(value)
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def _check_plain(value: Any) -> None:
    if isinstance(value, dict):
        # Python sorts by code point and the RFC by UTF-16 unit: the same below U+D800.
        if not all(isinstance(name, str) and name.isascii() for name in value):
            raise PortfolioError("A name in portfolio.json is not plain ASCII.")
        for inner in value.values():
            _check_plain(inner)
    elif isinstance(value, list):
        for inner in value:
            _check_plain(inner)
    elif not (value is None or isinstance(value, str | bool) or _is_small(value)):
        raise PortfolioError("A number in portfolio.json is not a small whole one.")


def _is_small(value: Any) -> bool:
    return isinstance(value, int) and abs(value) <= 2**53


def _checked(bare: Mapping[str, Any], proof: dict[str, Any]) -> str:
    value = proof.pop("proofValue", None)
    method = proof.get("verificationMethod")
    if proof.get("cryptosuite") != _SUITE or proof.get("type") != "DataIntegrityProof":
        raise PortfolioError(f"A signature is not of the kind {_SUITE}.")
    if not isinstance(value, str) or not isinstance(method, str):
        raise PortfolioError("A signature lacks its value or its key.")
    did = method.partition("#")[0]
    try:
        raw = _unbased(did.removeprefix("did:key:"))
        if raw[:2] != _ED25519 or len(raw) != 34:
            raise ValueError
        Ed25519PublicKey.from_public_bytes(raw[2:]).verify(_unbased(value), _hashed(bare, proof))
    except (ValueError, InvalidSignature):
        raise PortfolioError(
            f"The signature of {did[:28]}… does not fit: the bundle was changed after it was"
            " signed, or signed by somebody else."
        ) from None
    return did


def _proofs(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    found = document.get("proof", [])
    listed = found if isinstance(found, list) else [found]
    return [one for one in listed if isinstance(one, dict)]


def _hashed(bare: Mapping[str, Any], options: Mapping[str, Any]) -> bytes:
    parts = (dict(options), dict(bare))
    return b"".join(hashlib.sha256(canonical(part)).digest() for part in parts)


def _secret(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        try:
            secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except ValueError:
            secret = b""
        if len(secret) != 32:
            raise PortfolioError(
                f"{path} is damaged: it should hold 64 hexadecimal characters. Restore it from a"
                " back-up, or move it away to sign with a new key."
            ) from None
        return secret
    with os.fdopen(handle, "w") as file:
        secret = Ed25519PrivateKey.generate().private_bytes_raw()
        file.write(f"{secret.hex()}\n")
    return secret


def _multibase(data: bytes) -> str:
    """Write bytes in base 58, Bitcoin's alphabet, with multibase's `z` before it."""
    number, digits = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return "z" + "1" * (len(data) - len(data.lstrip(b"\0"))) + digits


def _unbased(text: str) -> bytes:
    if not text.startswith("z") or len(text) > 200:
        raise ValueError(text)
    number, digits = 0, text[1:]
    for digit in digits:
        number = number * 58 + _ALPHABET.index(digit)
    zeros = len(digits) - len(digits.lstrip("1"))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
