"""The three feeds, read from small files in the sources' own form (invented rows)."""

from __future__ import annotations

import gzip
import json
import math
import re
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pandas as pd
import pytest

from autograder import cli, feeds
from autograder.feeds import FeedError, exploit_scores, known_exploited, vulnerabilities
from tests.feeds.conftest import Answer, Desk, Publisher

PAGE = Path(__file__).parent.parent.parent / "book" / "learners" / "real_feeds.md"


def entry(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "cveID": f"CVE-2031-{number:04d}",
        "vendorProject": "Fennimar",
        "product": "Desk",
        "vulnerabilityName": "Fennimar Desk path traversal",
        "dateAdded": "2031-02-03",
        "shortDescription": "Reads any file.",
        "requiredAction": "Apply the vendor's update.",
        "dueDate": "2031-02-24",
        "knownRansomwareCampaignUse": "Unknown",
        "notes": "",
        "cwes": ["CWE-22"],
        "addedLater": "a field that this reader has never heard of",
        **changed,
    }


def catalogue(*rows: dict[str, Any], count: int | None = None) -> bytes:
    body = {
        "title": "in the catalogue's form",
        "catalogVersion": "2031.02.03",
        "dateReleased": "2031-02-03T15:00:10.1234Z",
        "count": len(rows) if count is None else count,
        "vulnerabilities": rows,
    }
    return json.dumps(body).encode()


def scores(
    *rows: str, head: str = "#model_version:v2031.01.01,score_date:2031-02-03T00:00:00Z"
) -> bytes:
    return gzip.compress("\n".join([head, "cve,epss,percentile", *rows, ""]).encode())


def cve(number: int, **changed: Any) -> dict[str, Any]:
    return {
        "cve": {
            "id": f"CVE-2031-{number:04d}",
            "sourceIdentifier": "security@fennimar.example",
            "published": "2031-02-03T10:15:07.540",
            "lastModified": "2031-02-05T20:50:46.510",
            "vulnStatus": "Analyzed",
            "descriptions": [
                {"lang": "es", "value": "Lee cualquier archivo."},
                {"lang": "en", "value": "Reads any file."},
            ],
            "metrics": {},
            "weaknesses": [
                {
                    "source": "a",
                    "type": "Primary",
                    "description": [{"lang": "en", "value": "CWE-22"}],
                },
                {
                    "source": "b",
                    "type": "Secondary",
                    "description": [{"lang": "en", "value": "CWE-22"}],
                },
            ],
            "references": [],
            **changed,
        }
    }


def metric(score: float, kind: str, version: str = "3.1", **outside: str) -> dict[str, Any]:
    inside = {} if outside else {"baseSeverity": "HIGH"}
    data = {"version": version, "vectorString": f"V:{score}", "baseScore": score, **inside}
    return {"source": "nvd@nist.gov", "type": kind, "cvssData": data, **outside}


def page(rows: list[dict[str, Any]], start: int, total: int) -> bytes:
    body = {
        "resultsPerPage": len(rows),
        "startIndex": start,
        "totalResults": total,
        "format": "NVD_CVE",
        "version": "2.0",
        "timestamp": "2031-02-06T01:02:03.456",
        "vulnerabilities": rows,
    }
    return json.dumps(body).encode()


def paged(rows: list[dict[str, Any]], size: int) -> Any:
    """Answer as the NVD does: from startIndex on, at most `size` rows."""

    def answer(target: str) -> Answer:
        start = int(parse_qs(urlsplit(target).query)["startIndex"][0])
        return Answer(page(rows[start : start + size], start, len(rows)))

    return answer


def test_the_catalogue_becomes_a_table(publisher: Publisher, desk: Desk) -> None:
    """Dates are dates, ransomware is a truth value, unknown fields are let be."""
    publisher.at["/kev"] = Answer(
        catalogue(entry(1), entry(2, knownRansomwareCampaignUse="Known", cwes=[]))
    )
    feed = known_exploited(desk.store, f"{publisher.base}/kev")
    assert list(feed.table.index) == ["CVE-2031-0001", "CVE-2031-0002"]
    assert list(feed.table["ransomware"]) == [False, True]
    assert list(feed.table["cwes"]) == [("CWE-22",), ()]
    assert feed.table["due"].iloc[0] - feed.table["added"].iloc[0] == pd.Timedelta(days=21)
    assert feed.as_of == datetime(2031, 2, 3, 15, 0, 10, 123400, tzinfo=UTC)
    assert "CISA does not endorse" in feed.notice


def test_a_catalogue_of_another_form_is_refused(publisher: Publisher, desk: Desk) -> None:
    """The message names the field; half a catalogue is not taken for a whole one."""
    publisher.at["/kev"] = Answer(catalogue(entry(1), entry(2, dueDate="soon")))
    with pytest.raises(FeedError, match=r"vulnerabilities\.1\.dueDate"):
        known_exploited(desk.store, f"{publisher.base}/kev")
    publisher.at["/kev"] = Answer(catalogue(entry(1), count=2))
    desk.store.forget("kev.json")
    with pytest.raises(FeedError, match="2 entries and holds 1"):
        known_exploited(desk.store, f"{publisher.base}/kev")


def test_the_scores_become_a_table(publisher: Publisher, desk: Desk) -> None:
    """The model's version stays with them, and a redirect to the day's file is followed."""
    publisher.at["/current"] = Answer(status=302, headers={"location": "/2031-02-03.csv.gz"})
    publisher.at["/2031-02-03.csv.gz"] = Answer(scores("CVE-2031-0001,0.0046,0.7385"))
    feed = exploit_scores(desk.store, f"{publisher.base}/current")
    assert feed.table.loc["CVE-2031-0001"].to_dict() == {"epss": 0.0046, "percentile": 0.7385}
    assert feed.table.attrs["model"] == "v2031.01.01"
    assert feed.as_of == datetime(2031, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (scores("CVE-2031-0001,1.2,0.7"), "1 rows are no scores, the first in line 3"),
        (scores("CVE-2031-0001,0.2,0.7", "CVE-2031-0002,,"), "the first in line 4"),
        (scores(head="cve,epss,percentile"), "no longer begins"),
        (scores("CVE-2031-0001,0.2,0.7")[:-12], "does not read"),
        (b"<html>maintenance</html>", "does not read"),
    ],
    ids=["range", "empty", "head", "cut", "page"],
)
def test_scores_of_another_form_are_refused(
    publisher: Publisher, desk: Desk, body: bytes, words: str
) -> None:
    """A file that is no table of probabilities is named, not returned."""
    publisher.at["/epss"] = Answer(body)
    with pytest.raises(FeedError, match=words):
        exploit_scores(desk.store, f"{publisher.base}/epss")


def test_vulnerabilities_come_page_by_page(publisher: Publisher, desk: Desk) -> None:
    """Seven rows in pages of three are three requests, six seconds apart; then none."""
    publisher.at["/nvd"] = paged([cve(n) for n in range(7)], 3)
    ask = lambda: vulnerabilities(  # noqa: E731  # asked twice, alike
        date(2025, 2, 1), date(2025, 2, 9), desk.store, f"{publisher.base}/nvd", size=3
    )
    assert list(ask().table.index) == [f"CVE-2031-{n:04d}" for n in range(7)]
    asked = [parse_qs(urlsplit(target).query) for target, _ in publisher.asked]
    assert [one["startIndex"] for one in asked] == [["0"], ["3"], ["6"]]
    assert asked[0]["pubStartDate"] == ["2025-02-01T00:00:00.000Z"]
    assert len(desk.waited) == 2
    assert all(5 < seconds <= 6 for seconds in desk.waited)
    assert len(ask().table) == 7
    assert len(publisher.asked) == 3


def test_a_long_range_is_asked_in_windows(publisher: Publisher, desk: Desk) -> None:
    """The NVD answers at most 120 days: 200 days are two windows that touch and do not overlap."""
    publisher.at["/nvd"] = paged([cve(1)], 3)
    vulnerabilities(date(2024, 1, 1), date(2024, 7, 18), desk.store, f"{publisher.base}/nvd")
    asked = [parse_qs(urlsplit(target).query) for target, _ in publisher.asked]
    ranges = [(one["pubStartDate"][0][:10], one["pubEndDate"][0][:10]) for one in asked]
    assert ranges == [("2024-01-01", "2024-04-29"), ("2024-04-30", "2024-07-18")]


def test_the_score_is_the_newest_versions_and_the_nvds_own(
    publisher: Publisher, desk: Desk
) -> None:
    """3.1 before 2, primary before secondary; what has no score is NaN."""
    both = {
        "cvssMetricV31": [metric(9.1, "Secondary"), metric(7.5, "Primary")],
        "cvssMetricV2": [metric(5.0, "Primary", "2.0", baseSeverity="MEDIUM")],
        "ssvcV203": [{"source": "a", "ssvcData": {}}],
    }
    rows = [cve(1, metrics=both), cve(2, metrics={"cvssMetricV2": both["cvssMetricV2"]}), cve(3)]
    publisher.at["/nvd"] = paged(rows, 9)
    table = vulnerabilities(
        date(2025, 2, 1), date(2025, 2, 2), desk.store, f"{publisher.base}/nvd"
    ).table
    assert list(table["score"][:2]) == [7.5, 5.0]
    assert list(table["severity"]) == ["HIGH", "MEDIUM", ""]
    assert math.isnan(table["score"].iloc[2])
    assert table["description"].iloc[0] == "Reads any file."
    assert table["cwes"].iloc[0] == ("CWE-22",)


def test_a_break_between_pages_loses_nothing(publisher: Publisher, desk: Desk) -> None:
    """The pages that arrived are kept, and the next call asks only for the others."""
    rows = [cve(n) for n in range(6)]
    fine, broken = paged(rows, 3), Answer(b"down", status=500)
    publisher.at["/nvd"] = lambda target: broken if "startIndex=3" in target else fine(target)
    where = f"{publisher.base}/nvd"
    with pytest.raises(FeedError, match="it goes on from there"):
        vulnerabilities(date(2025, 2, 1), date(2025, 2, 2), desk.store, where, size=3)
    publisher.at["/nvd"], before = fine, len(publisher.asked)
    table = vulnerabilities(date(2025, 2, 1), date(2025, 2, 2), desk.store, where, size=3).table
    assert len(table) == 6
    assert len(publisher.asked) == before + 1


def test_a_list_that_moves_while_it_is_read_is_read_again(publisher: Publisher, desk: Desk) -> None:
    """A page of another total means that rows have changed places."""
    short, long = [cve(n) for n in range(4)], [cve(n) for n in range(5)]
    turns = iter([short, long])
    lists = {"now": next(turns)}

    def answer(target: str) -> Answer:
        made: Answer = paged(lists["now"], 3)(target)
        lists["now"] = long
        return made

    publisher.at["/nvd"] = answer
    table = vulnerabilities(
        date(2025, 2, 1), date(2025, 2, 2), desk.store, f"{publisher.base}/nvd", size=3
    ).table
    assert len(table) == 5


def test_a_key_is_sent_to_the_nvd_and_never_along_a_redirect(
    publisher: Publisher, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It makes the pause shorter; a redirect is refused rather than followed with the key."""
    monkeypatch.setenv("NVD_API_KEY", "invented-key")
    publisher.at["/nvd"] = paged([cve(n) for n in range(4)], 3)
    where = f"{publisher.base}/nvd"
    vulnerabilities(date(2025, 2, 1), date(2025, 2, 2), desk.store, where, size=3)
    assert {headers.get("apikey") for _, headers in publisher.asked} == {"invented-key"}
    assert all(seconds <= 0.6 for seconds in desk.waited)
    publisher.at["/moved"] = Answer(status=302, headers={"location": "/elsewhere"})
    with pytest.raises(FeedError, match="answered 302"):
        vulnerabilities(date(2025, 3, 1), date(2025, 3, 2), desk.store, f"{publisher.base}/moved")
    assert "/elsewhere" not in [target for target, _ in publisher.asked]


def test_a_range_without_days_is_refused(desk: Desk) -> None:
    """No request is made for it."""
    with pytest.raises(FeedError, match="before it begins"):
        vulnerabilities(date(2025, 2, 2), date(2025, 2, 1), desk.store)


def test_the_pages_python_runs(
    publisher: Publisher, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the book shows joins the three feeds: exploited first, then by probability."""
    publisher.at["/kev"] = Answer(catalogue(entry(2)))
    rows = [f"CVE-2031-000{n},{0.1 * n:.1f},0.5" for n in (1, 2, 3)]
    publisher.at["/epss"] = Answer(scores(*rows))
    publisher.at["/nvd"] = paged([cve(1), cve(2), cve(3), cve(4)], 9)
    for name, path in (("known_exploited", "kev"), ("exploit_scores", "epss")):
        made = partial(getattr(feeds, name), desk.store, f"{publisher.base}/{path}")
        monkeypatch.setattr(feeds, name, made)
    here = {"store": desk.store, "url": f"{publisher.base}/nvd"}
    monkeypatch.setattr(feeds, "vulnerabilities", partial(vulnerabilities, **here))
    text = PAGE.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    scope: dict[str, Any] = {}
    exec(code, scope)
    assert [one[-1] for one in scope["first"].index] == ["2", "3", "1", "4"]


def test_the_command_says_what_arrived_and_whose_it_is(
    publisher: Publisher, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: Any
) -> None:
    """Rows, age and notice of each feed; an unknown name is refused with the known ones."""
    publisher.at["/kev"] = Answer(catalogue(entry(1)))
    made = partial(known_exploited, url=f"{publisher.base}/kev")
    monkeypatch.setattr("autograder.cli.feeds.known_exploited", made)
    assert cli.main(["feeds", "kev", "--to", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "KEV: 1 CVEs as of 2031-02-03 15:00 UTC" in said
    assert "CISA does not endorse" in " ".join(said.split())
    assert cli.main(["feeds", "vek"]) == 1
    assert "There are kev, epss, nvd" in capsys.readouterr().err
