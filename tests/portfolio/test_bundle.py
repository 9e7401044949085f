"""A bundle, made from real solutions, then looked at, tampered with, and run again."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from autograder import cli, content
from autograder.judging.attempts import Attempt, Attempts
from autograder.portfolio import bundle as bundles
from autograder.portfolio import make_bundle, open_bundle, verify
from autograder.portfolio.bundle import CREDENTIAL, countersign
from autograder.portfolio.signing import PortfolioError, Signer

pytestmark = [pytest.mark.budget("engine"), pytest.mark.timeout(240)]

ROOT = Path(__file__).resolve().parent.parent.parent
PRICES = "11_price_an_answer"
SOLVED = ROOT / "notebooks" / "source" / PRICES / f"{PRICES}.ipynb"
TASKS = [task.id for task in content.course().lesson(PRICES).tasks]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a home with a key and a portfolio of lesson 11, its reference solutions in it."""
    home = tmp_path_factory.mktemp("portfolio")
    make_bundle({PRICES: SOLVED}, home / "portfolio", Signer(home / "signing.key"), "Ada <b>")
    return home


@pytest.fixture
def mine(made: Path, tmp_path: Path) -> Path:
    """Copy the portfolio for one test."""
    return Path(shutil.copytree(made / "portfolio", tmp_path / "portfolio"))


def credential(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / CREDENTIAL).read_text(encoding="utf-8"))
    return found


def write(folder: Path, document: dict[str, Any]) -> None:
    (folder / CREDENTIAL).write_text(json.dumps(document), encoding="utf-8")


def resigned(folder: Path, home: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Forge as well as a maker can: change the credential and sign it with the same key."""
    document = credential(folder)
    del document["proof"]
    change(document)
    write(folder, Signer(home / "signing.key").sign(document))


def test_a_bundle_says_what_was_earned_on_which_cases(made: Path) -> None:
    """Every task has full marks on fresh seeds, and the badge's fields say the same."""
    bundle = open_bundle(made / "portfolio")
    (lesson,) = bundle.claims.lessons
    assert [task.task for task in lesson.tasks] == TASKS
    assert all(
        task.full and len(task.seeds) == content.course().course.seeds for task in lesson.tasks
    )
    subject = credential(made / "portfolio")["credentialSubject"]
    assert [one["value"] for one in subject["result"]] == [task.mark for task in lesson.tasks]
    assert bundle.signers == (Signer(made / "signing.key").did,)


def test_the_page_is_for_a_stranger(made: Path) -> None:
    """The code is there, names are text, nothing runs and nothing is fetched."""
    page = (made / "portfolio" / "index.html").read_text(encoding="utf-8")
    assert "Ada &lt;b&gt;" in page
    assert "def price_call(" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    for word in ("<script", "http://", "https://", "src="):
        assert word not in page.replace("default-src", "")
    notebook = (made / "portfolio" / "lessons" / PRICES / f"{PRICES}.ipynb").read_text("utf-8")
    assert all(not cell.get("outputs") for cell in json.loads(notebook)["cells"])


def test_it_holds_when_it_is_run_again(mine: Path) -> None:
    """On fresh cases, and on the recorded ones."""
    fresh = verify(mine)
    assert [one.outcome for one in fresh.checked] == ["holds"] * len(TASKS)
    again = verify(mine, recorded=True)
    assert again.holds
    recorded = [one.claim.seeds for one in again.checked]
    assert [tuple(map(str, one.now.seeds)) for one in again.checked if one.now] == recorded
    assert [tuple(map(str, one.now.seeds)) for one in fresh.checked if one.now] != recorded


def test_a_claim_that_the_code_does_not_bear_is_found(mine: Path, made: Path) -> None:
    """Somebody who forges a mark and signs it again is found out by running the code."""
    path = mine / "lessons" / PRICES / f"{PRICES}.ipynb"
    text = path.read_text(encoding="utf-8")
    broken = text.replace("def invoice(", "def invoice_of_mine(")
    assert broken != text
    path.write_text(broken, encoding="utf-8")

    def adopt(document: dict[str, Any]) -> None:
        document["rungs"]["files"] = dict(bundles._digests(mine))
        claims = bundles.Claims.model_validate(document["rungs"])
        bare = claims.model_copy(update={"files": {}})
        (mine / "index.html").write_text(bundles.page(bare, bundles._answers(mine, bare)), "utf-8")
        claims = claims.model_copy(update={"files": dict(bundles._digests(mine))})
        made_again = bundles.document(claims, document["issuer"]["id"])
        document.clear()
        document.update(made_again)

    resigned(mine, made, adopt)
    outcome = verify(mine)
    assert not outcome.holds
    assert [one.claim.task for one in outcome.checked if one.outcome == "less"] == ["invoice"]
    assert cli.main(["verify", str(mine), "--sign"]) == 1
    assert open_bundle(mine).signers == (Signer(made / "signing.key").did,)


@pytest.mark.parametrize("name", ["index.html", f"lessons/{PRICES}/{PRICES}.ipynb"])
def test_a_changed_file_is_named(mine: Path, name: str) -> None:
    """One byte is enough, and so is a missing file."""
    path = mine / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(PortfolioError, match=f"{name} was changed"):
        open_bundle(mine)
    path.unlink()
    with pytest.raises(PortfolioError, match=f"{name} is missing"):
        open_bundle(mine)


def test_a_file_too_many_is_named(mine: Path, tmp_path: Path) -> None:
    """Hidden files and links count too; what a link points to is not read."""
    (mine / ".more").write_text("x")
    with pytest.raises(PortfolioError, match=r"\.more is not part of it"):
        open_bundle(mine)
    (mine / ".more").unlink()
    (mine / "lessons" / "link").symlink_to(tmp_path)
    with pytest.raises(PortfolioError, match="no ordinary file"):
        open_bundle(mine)


def test_changed_claims_do_not_fit_their_signature(mine: Path) -> None:
    """A mark, a name, a date: any word of the credential is under the signature."""
    for change in ("name", "validFrom"):
        document = credential(mine)
        document[change] = document[change].replace("2", "3", 1)
        write(mine, document)
        with pytest.raises(PortfolioError, match="does not fit"):
            open_bundle(mine)
        write(mine, document | {change: credential(mine)[change]})


def test_a_badge_that_says_more_than_its_claims_is_refused(mine: Path, made: Path) -> None:
    """Even its maker cannot sign other marks into the fields that a badge's reader looks at."""

    def inflate(document: dict[str, Any]) -> None:
        document["credentialSubject"]["result"][0]["value"] = "99"

    resigned(mine, made, inflate)
    with pytest.raises(PortfolioError, match="credentialSubject does not agree"):
        open_bundle(mine)


def test_a_page_that_says_more_than_the_code_is_refused(mine: Path, made: Path) -> None:
    """The page is made again from the claims and the code, and compared to the byte."""
    page = mine / "index.html"
    page.write_text(page.read_text("utf-8").replace("6 of 6", "9 of 9"), encoding="utf-8")

    def adopt(document: dict[str, Any]) -> None:
        digests = dict(bundles._digests(mine))
        claims = bundles.Claims.model_validate(document["rungs"] | {"files": digests})
        again = bundles.document(claims, document["issuer"]["id"])
        document.clear()
        document.update(again)

    resigned(mine, made, adopt)
    with pytest.raises(PortfolioError, match=r"index\.html says something else"):
        open_bundle(mine)


def test_somebody_elses_signature_comes_beside(mine: Path, tmp_path: Path) -> None:
    """An instructor's key signs the same claims; the maker's name stays the first."""
    maker = open_bundle(mine).signers[0]
    other = Signer(tmp_path / "instructor.key")
    assert countersign(open_bundle(mine), other).signers == (maker, other.did)
    with pytest.raises(PortfolioError, match="signed the bundle already"):
        countersign(open_bundle(mine), other)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"proof": 1}', "[" * 100_000, '{"a": 1e400}', '{"rungs": {}, "a": 0.5}'],
    ids=["empty", "list", "cut", "no proof", "deep", "infinite", "fraction"],
)
def test_a_credential_that_is_none_has_a_sentence(mine: Path, text: str) -> None:
    """Whatever stands in portfolio.json, the error is one that a person can read."""
    (mine / CREDENTIAL).write_text(text)
    with pytest.raises(PortfolioError):
        open_bundle(mine)


def test_a_folder_that_is_no_portfolio_is_not_overwritten(made: Path, tmp_path: Path) -> None:
    """Somebody's other files are safe from `--to`."""
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("x")
    with pytest.raises(PortfolioError, match="is no portfolio"):
        make_bundle({PRICES: SOLVED}, tmp_path / "thesis", Signer(made / "signing.key"), "A")
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "x"


def test_from_the_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    """A finished lesson becomes a portfolio, which another command confirms."""
    (tmp_path / "work" / PRICES).mkdir(parents=True)
    shutil.copy(SOLVED, tmp_path / "work" / PRICES)
    monkeypatch.setenv("RUNGS_HOME", str(tmp_path / ".rungs"))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["evidence"]) == 1
    assert "no finished lesson" in capsys.readouterr().err
    for task in TASKS:
        Attempts().keep(Attempt(PRICES, task, 0, 1.0, True, "right"))
    assert cli.main(["evidence", "--name", "Ada"]) == 0
    said = capsys.readouterr().out
    assert said.count("✓") == len(TASKS)
    assert "Signed by did:key:z6Mk" in said
    assert cli.main(["verify", "portfolio"]) == 0
    said = capsys.readouterr().out
    assert said.count("✓ holds") == len(TASKS)
    assert "Files and signatures are whole" in said
