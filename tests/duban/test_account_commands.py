"""duban account and duban setup: what an administrator does on the server."""

import io
import json
import shutil
from pathlib import Path

import pytest

from cast import GAOQI, at, draft
from flows.planning import start_from_text
from flows.runtime import open_runtime
from flows.settings import read_settings
from plans.accounts import check_password, find_account
from plans.database import reading
from support.commands import Answer, duban


@pytest.fixture(scope="module")
def began(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("began")
    settings = read_settings(data=folder / "duban-data", secret="s" * 32)
    start_from_text(settings, draft(GAOQI), "draft.yaml", "陈平", at("2026-07-01 08:00"))
    open_runtime(settings).engine.dispose()
    return folder


@pytest.fixture
def folder(tmp_path: Path, began: Path) -> Path:
    """Where the bureau has begun, with people and without accounts."""
    shutil.copytree(began, tmp_path, dirs_exist_ok=True)
    return tmp_path


def typing(folder: Path, monkeypatch: pytest.MonkeyPatch, password: str, *arguments: str) -> Answer:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return duban(folder, "account", *arguments, "--password-stdin")


def opens(folder: Path, login: str, password: str) -> bool:
    with reading(open_runtime(read_settings(data=folder / "duban-data")).engine) as session:
        return check_password(session, login, password) is not None


def test_an_account_is_opened_listed_given_a_password_and_closed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert typing(folder, monkeypatch, "qing-shan-2026", "new", "陈平", "--login", "ChenPing", "--duty", "管理员")
    assert typing(folder, monkeypatch, "lu-shui-2026", "new", "李明", "--login", "liming").returncode == 0
    rows = json.loads(duban(folder, "account", "list", "--json").stdout)
    assert [(row["login"], row["name"], row["seat"], row["state"]) for row in rows] == [
        ("chenping", "陈平", "管理员", "可用"),
        ("liming", "李明", "工作人员", "可用"),
    ]
    assert typing(folder, monkeypatch, "xin-mi-ma-26", "password", "陈平").returncode == 0
    assert opens(folder, "chenping", "xin-mi-ma-26")
    assert not opens(folder, "chenping", "qing-shan-2026")
    assert duban(folder, "account", "duty", "李明", "办公室").stdout == "李明的职责已改为办公室。\n"
    assert duban(folder, "account", "close", "李明").returncode == 0
    assert not opens(folder, "liming", "lu-shui-2026")
    assert duban(folder, "account", "close", "李明", "--reopen").returncode == 0
    assert opens(folder, "liming", "lu-shui-2026")


def test_the_last_administrator_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typing(folder, monkeypatch, "qing-shan-2026", "new", "陈平", "--login", "chenping", "--duty", "admin")
    for arguments in (("close", "陈平"), ("duty", "陈平", "无")):
        refused = duban(folder, "account", *arguments)
        assert refused.returncode == 1
        assert "最后一个管理员" in refused.stderr


def test_a_password_is_never_an_argument(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    refused = duban(folder, "account", "new", "陈平", "--login", "chenping")
    assert refused.returncode == 1
    assert "--password-stdin" in refused.stderr
    assert duban(folder, "account", "new", "陈平", "--login", "chenping", "--password", "x").returncode == 2


@pytest.mark.parametrize(
    ("password", "arguments", "told"),
    [
        ("kurz", ("new", "陈平", "--login", "chenping"), "8到200"),
        ("lang-genug", ("new", "没有人", "--login", "chenping"), "没有叫“没有人”的人"),
        ("lang-genug", ("new", "陈平", "--login", "chen ping"), "中间不要空格"),
        ("lang-genug", ("new", "陈平", "--login", "chenping", "--duty", "局长"), "请写管理员、办公室或无"),
        ("lang-genug", ("password", "陈平"), "还没有账号"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    folder: Path, monkeypatch: pytest.MonkeyPatch, password: str, arguments: tuple[str, ...], told: str
) -> None:
    refused = typing(folder, monkeypatch, password, *arguments)
    assert refused.returncode == 1
    assert told in refused.stderr
    with reading(open_runtime(read_settings(data=folder / "duban-data")).engine) as session:
        assert find_account(session, "chenping") is None


def test_setup_gives_the_address_until_there_is_an_account(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert duban(folder, "setup").stdout.startswith("http://127.0.0.1:8320/setup/")
    typing(folder, monkeypatch, "qing-shan-2026", "new", "陈平", "--login", "chenping", "--duty", "admin")
    over = duban(folder, "setup")
    assert over.returncode == 1
    assert "作废" in over.stderr
