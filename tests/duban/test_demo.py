"""The demo: a month of it, as a person starts it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def play(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from duban.cli import main; main()", "demo", *arguments]
    env = {"PYTHONPATH": str(ROOT), "PATH": "", "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, env=env, timeout=120)


@pytest.mark.server
def test_a_month_of_the_demo_sends_mail_takes_reports_and_ends_with_a_summary(tmp_path: Path) -> None:
    played = play(tmp_path, "--months", "1", "--no-pages")

    assert played.returncode == 0, played.stderr
    days = [line for line in played.stdout.splitlines() if line.startswith("2026-")]
    assert days[0].startswith("2026-07-01 周三")
    assert days[-1].startswith("2026-08-03 周一")
    first, mails, work = played.stdout.splitlines()[-3:]
    assert first.startswith("云溪县科技局：2026-07-01 至 2026-08-03")
    assert int(mails.removeprefix("邮件送达").partition("封")[0]) > 100
    assert "失败0封" in mails
    assert int(work.removeprefix("企业报送").partition("次")[0]) > 40
    assert "月度通报1份" in work


def test_the_demo_leaves_a_folder_alone_that_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "letter.txt").write_text("重要", encoding="utf-8")

    refused = play(tmp_path, "--folder", "mine", "--no-pages")

    assert refused.returncode == 1
    assert "没有动它" in refused.stderr
    assert (tmp_path / "mine" / "letter.txt").read_text(encoding="utf-8") == "重要"
