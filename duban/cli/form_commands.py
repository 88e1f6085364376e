"""duban form …: the forms there are, and what is wrong with a file of one."""

from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, escape, table, tell_problems
from flows.runtime import Runtime
from flows.settings import read_settings
from plans.errors import Refused
from tasks.form_files import load_forms, read_form_file, told_of_file

app = typer.Typer(help="报表：列出、检查。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("list")
def list_forms(json: Json = False) -> None:
    """列出可以用的报表：自带的，和数据文件夹的 forms 里本局自己的。"""
    forms, own = Runtime(read_settings()).forms, load_forms().known
    rows = [
        {"key": key, "name": form.name, "fields": len(form.fields), "from": "自带" if own.get(key) == form else "本局"}
        for key, form in forms.known.items()
    ]
    if json:
        broken = {name: [one.model_dump() for one in problems] for name, problems in forms.broken.items()}
        print(as_json({"forms": rows, "broken": broken}))
        return
    table(("key", "名称", "字段", "来自"), [tuple(row.values()) for row in rows], "还没有报表。")
    for name, problems in forms.broken.items():
        print(escape(told_of_file(name, problems)))


@app.command("check")
def check_file(
    file: Annotated[Path, typer.Argument(metavar="文件", help="报表文件，如 duban-data/forms/xuqiu.yaml")],
) -> None:
    """检查一个报表文件，逐行指出写得不对的地方。"""
    found = read_form_file(file)
    tell_problems(found.problems, file.name)
    if found.form is None:
        raise Refused(f"{file.name} 有{len(found.problems)}处要改：改好后再试，写法见 docs/forms.md。")
    print(f"{file.name} 可以用：{found.form.name}，{len(found.form.fields)}个字段。")
