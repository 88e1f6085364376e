"""``duban up`` as a process of its own: what answers when, that there is only one, and that nothing is left behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from conftest import unavailable
from duban.up import run_up
from flows.settings import read_settings
from plans.errors import Refused

pytestmark = pytest.mark.server

SCRIPT = """
from fastapi import FastAPI
from duban.up import run_up
from flows.settings import read_settings

def make_app(runtime):
    app = FastAPI()
    app.get("/")(lambda: "在")
    return app

run_up(read_settings(), make_app)
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(true: Callable[[], Any], seconds: float) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := true()):
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.1)
    return found


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@contextmanager
def up(data: Path, **settings: object) -> Iterator["subprocess.Popen[bytes]"]:
    """A running ``duban up`` whose pages answer."""
    port = free_port()
    given = {"data": data, "port": port, "prefect_port": free_port()} | settings
    environment = {f"DUBAN_{name.upper()}": str(value) for name, value in given.items()}
    process = subprocess.Popen([sys.executable, "-c", SCRIPT], env=os.environ | environment)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/"), 20)
        yield process
    finally:
        process.kill()
        process.wait()


def flow_names(data: Path) -> set[str]:
    address = data / "prefect" / "url"
    if not address.exists():
        return set()
    try:
        runs = httpx.post(f"{address.read_text()}/flow_runs/filter", json={}, timeout=5)
    except httpx.HTTPError:
        return set()
    done = [run["name"] for run in runs.json() if runs.status_code == 200 and run["state_type"] == "COMPLETED"]
    return {name.split()[0] for name in done if name.endswith("启动检查")}


def test_prefect_lists_the_five_flows_and_dies_with_its_killed_parent(tmp_path: Path) -> None:
    with up(tmp_path) as process:
        try:
            until(lambda: len(flow_names(tmp_path)) == 5, 60)
        except AssertionError:
            unavailable("Prefect 服务器没有启动")
        prefect = int((tmp_path / "prefect" / "pid").read_text())
        assert alive(prefect)
        process.send_signal(signal.SIGKILL)
        process.wait()
        until(lambda: not alive(prefect), 10)


def test_a_second_up_on_the_same_data_is_refused_and_a_stopped_one_leaves_room(tmp_path: Path) -> None:
    with up(tmp_path, prefect=False) as process:
        card = json.loads((tmp_path / "up.json").read_text())
        with pytest.raises(Refused, match=f"已有一个督办在运行（进程 {process.pid}，网页 {card['address']}"):
            run_up(read_settings(data=tmp_path))
        process.terminate()
        assert process.wait(10) == 0
    assert not (tmp_path / "up.json").exists()
    with up(tmp_path, prefect=False) as again:
        assert again.poll() is None


def test_a_running_up_follows_its_settings_file(tmp_path: Path) -> None:
    script = "from duban.cli import main; main()"
    port = free_port()
    given = {"DUBAN_DATA": str(tmp_path), "DUBAN_PORT": str(port), "DUBAN_PREFECT": "false"}
    process = subprocess.Popen([sys.executable, "-c", script, "up"], env=os.environ | given, stdout=subprocess.DEVNULL)
    try:
        until(lambda: answers(f"http://127.0.0.1:{port}/"), 20)
        login = f"http://127.0.0.1:{port}/login"
        assert "青禾县科技局" not in httpx.get(login).text
        (tmp_path / "duban.toml").write_text('bureau = "青禾县科技局"\n', encoding="utf-8")
        assert "青禾县科技局" in httpx.get(login).text
        (tmp_path / "duban.toml").write_text("bureau = \n", encoding="utf-8")
        assert "青禾县科技局" in httpx.get(login).text
    finally:
        process.terminate()
        assert process.wait(20) == 0


def test_a_port_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        settings = read_settings(data=tmp_path, port=taken.getsockname()[1], prefect=False)
        with pytest.raises(Refused, match="请用 DUBAN_PORT 换一个端口"):
            run_up(settings, lambda runtime: None)


def test_a_prefect_server_left_over_by_a_killed_up_is_ended(tmp_path: Path) -> None:
    from flows.prefect_server import MODULE, _end_stale

    home = tmp_path.resolve()
    left = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)", MODULE, str(home)])
    somebody = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        (home / "pid").write_text(str(somebody.pid))
        _end_stale(home)
        assert somebody.poll() is None
        (home / "pid").write_text(str(left.pid))
        _end_stale(home)
        assert left.wait(10) != 0
    finally:
        left.kill()
        somebody.kill()
        left.wait()
        somebody.wait()
