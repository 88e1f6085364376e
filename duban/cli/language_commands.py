"""duban language: the catalogue of all wordings, for whoever writes another language."""

from pathlib import Path
from typing import Annotated

import typer

from duban.wordings import catalogue, catalogue_file
from notifications.language import read_language
from plans.errors import Refused


def add_to(app: typer.Typer) -> None:
    """Hang the command on the root."""
    app.command("language")(language)


def language(
    file: Annotated[Path, typer.Argument(help="写到哪个 .pot 文件；给一个已有的 .po 则检查还缺哪些")],
) -> None:
    """界面用语：导出全部用语供翻译，或检查译好的语言文件还缺几句。"""
    if file.suffix == ".po":
        _check(file)
        return
    if file.exists():
        raise Refused(f"{file} 已经存在：请换一个文件名。")
    file.write_bytes(catalogue_file())
    print(f"已写入 {file}：{len(catalogue())}句。译好后另存为 .po，用 DUBAN_LANGUAGE 指定。")


def _check(file: Path) -> None:
    known = read_language(file).wordings
    wanted = [str(message.id) for message in catalogue() if message.id]
    missing = [wording for wording in wanted if wording not in known]
    print(f"共{len(wanted)}句，已译{len(wanted) - len(missing)}句。")
    for wording in missing[:20]:
        print(f"还缺：{wording}")
