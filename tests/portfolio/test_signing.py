"""Keys, canonical JSON and signatures."""

from __future__ import annotations

import copy
import os
import stat
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from autograder.portfolio import signing
from autograder.portfolio.signing import PortfolioError, Signer, canonical, signers

DOCUMENT: dict[str, Any] = {"b": ["x", "é"], "a": {"n": 3, "yes": True, "none": None}}


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """The same file gives the same name; a damaged one is refused and left alone."""
    path = tmp_path / "home" / "signing.key"
    assert Signer(path).did == Signer(path).did
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    path.write_text("short")
    with pytest.raises(PortfolioError, match="damaged"):
        Signer(path)
    assert path.read_text() == "short"


def test_names_are_those_of_the_did_key_method() -> None:
    """The W3C's published pair for eddsa-jcs-2022 encodes to its published name."""
    published = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
    raw = signing._unbased(published)
    assert raw[:2] == b"\xed\x01"
    assert len(raw) == 34
    assert signing._multibase(raw) == published


@given(st.binary(max_size=40))
def test_base_58_is_read_as_it_was_written(data: bytes) -> None:
    """Leading zero bytes are kept."""
    assert signing._unbased(signing._multibase(data)) == data


def test_canonical_json_is_sorted_and_dense() -> None:
    """Names in order, no spaces, letters as they are; fractions are refused."""
    assert canonical(DOCUMENT) == '{"a":{"n":3,"none":null,"yes":true},"b":["x","é"]}'.encode()
    for bad in ({"a": 1.5}, {"a": 2**60}, {"é": 1}, {"a": {"b": [float("nan")]}}):
        with pytest.raises(PortfolioError):
            canonical(bad)


def test_a_signature_holds_until_a_word_changes(tmp_path: Path) -> None:
    """Order and white space do not matter; content, options and the key do."""
    signer = Signer(tmp_path / "one")
    signed = signer.sign(DOCUMENT)
    assert signers(signed) == [signer.did]
    assert signers(dict(reversed(signed.items()))) == [signer.did]
    changed: list[dict[str, Any]] = [copy.deepcopy(signed) for _ in range(5)]
    changed[0]["b"][0] = "y"
    changed[1]["more"] = ""
    changed[2]["proof"]["created"] = "2031-01-01T00:00:00Z"
    changed[3]["proof"]["proofValue"] = Signer(tmp_path / "two").sign(DOCUMENT)["proof"][
        "proofValue"
    ]
    other = Signer(tmp_path / "two").did
    changed[4]["proof"]["verificationMethod"] = f"{other}#{other.removeprefix('did:key:')}"
    for one in changed:
        with pytest.raises(PortfolioError, match="does not fit"):
            signers(one)


def test_signatures_stand_beside_each_other(tmp_path: Path) -> None:
    """A second signer signs the same claims; each proof is checked."""
    one, two = Signer(tmp_path / "one"), Signer(tmp_path / "two")
    both = two.sign(one.sign(DOCUMENT))
    assert signers(both) == [one.did, two.did]
    both["proof"][1]["proofValue"] = both["proof"][0]["proofValue"]
    with pytest.raises(PortfolioError, match="does not fit"):
        signers(both)


@pytest.mark.parametrize(
    "proof",
    [
        None,
        [],
        {},
        {"type": "DataIntegrityProof", "cryptosuite": "none"},
        {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": 7},
        {
            "type": "DataIntegrityProof",
            "cryptosuite": "eddsa-jcs-2022",
            "proofValue": "z111",
            "verificationMethod": "did:key:zzzz#zzzz",
        },
    ],
    ids=["none", "empty list", "empty", "another suite", "no text", "no key"],
)
def test_what_is_no_signature_is_refused(proof: Any) -> None:
    """Every form of absence has a sentence, and none is an exception of Python's."""
    with pytest.raises(PortfolioError):
        signers({**DOCUMENT, "proof": proof})


def test_the_signature_is_ed25519_over_the_two_hashes(tmp_path: Path) -> None:
    """The library's own verification accepts it: nothing of ours is between."""
    path = tmp_path / "key"
    signed = Signer(path).sign(DOCUMENT)
    proof = dict(signed["proof"])
    value = signing._unbased(proof.pop("proofValue"))
    public = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text())).public_key()
    public.verify(value, signing._hashed(DOCUMENT, proof))
