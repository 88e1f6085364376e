"""工作总结 on pages: the periods there are, the draft with what is missing, its files; nothing is stored by looking."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient


def test_the_periods_of_the_plan_are_listed_newest_first(seated: Callable[..., TestClient]) -> None:
    page = seated("李明").get("/office/me/reports").text
    labels = ["2026年四季度", "2026年三季度", "2026年下半年", "2026年"]
    assert [label for label in labels if f">{label}工作总结</a>" in page] == labels


def test_the_draft_says_what_is_missing_and_never_guesses(seated: Callable[..., TestClient]) -> None:
    page = seated("李明").get("/office/me/reports/2026H2").text
    assert "云溪县科技局2026年下半年工作总结" in page
    assert "还要补齐" in page
    assert "一、工作完成情况" in page
    assert page.index("二、存在的问题") < page.index("三、")


@pytest.mark.parametrize(("suffix", "begins"), [("docx", b"PK"), ("html", b"<!doctype"), ("md", b"#")])
def test_it_is_downloaded_by_its_title(seated: Callable[..., TestClient], suffix: str, begins: bytes) -> None:
    answer = seated("李明").get(f"/office/me/reports/2026H2.{suffix}")
    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert f"report-2026H2.{suffix}" in answer.headers["content-disposition"]


@pytest.mark.parametrize(
    ("address", "told"),
    [("2026H3", "不是期间"), ("2026-10-10", "太短"), ("2026H2.exe", "不会写")],
)
def test_what_is_no_report_is_told(seated: Callable[..., TestClient], address: str, told: str) -> None:
    answer = seated("李明").get(f"/office/me/reports/{address}")
    assert answer.status_code == 404
    assert told in answer.text


def test_looking_at_a_draft_writes_nothing(
    seated: Callable[..., TestClient], everything: Callable[[], dict[str, list[Any]]]
) -> None:
    browser = seated("李明")
    before = everything()
    browser.get("/office/me/reports/2026H2.docx")
    assert everything() == before
