"""duban certificate … and duban batch …: certificates that end, and the batches in which they are renewed."""

from pathlib import Path
from typing import Annotated

import typer

from duban.cli.output import as_json, escape, now, runtime, table
from flows.certificates import HIGH_TECH, batch_lines, certificate_lines, take_certificates
from plans.errors import Refused
from plans.zone import local_day

app = typer.Typer(help="证书：导入，列出到期和复审时间。", no_args_is_help=True)
batches = typer.Typer(help="批次：列出省里公布的申报批次。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("import")
def import_certificates(
    file: Annotated[Path, typer.Argument(metavar="文件", help="企业名称或信用代码、证书编号、发证日期、有效期")],
    kind: Annotated[str, typer.Option("--kind", help="证书的种类")] = HIGH_TECH,
    json: Json = False,
) -> None:
    """导入一份证书清单：逐行收下，或说明为什么没收。"""
    taken = take_certificates(runtime(), file, kind)
    if json:
        print(as_json(taken))
        return
    print(f"新增{taken.added}张，更新{taken.changed}张，{taken.same}张和原来一样。")
    for problem in taken.problems:
        print(escape(f"{problem}（{problem.quote}）" if problem.quote else str(problem)))
    if taken.problems and not taken.added + taken.changed + taken.same:
        raise Refused("一张也没有收下：请照上面说的改好后再导入。")


@app.command("list")
def list_certificates(
    year: Annotated[int | None, typer.Option("--year", help="哪一年到期，不写则为今年和明年")] = None,
    json: Json = False,
) -> None:
    """列出到期的证书、复审任务的期限和依据的批次，先到期的在前。"""
    lines = certificate_lines(runtime(), local_day(now()), [year] if year else [])
    if json:
        print(as_json(lines))
        return
    heads = ("企业", "证书编号", "证书到期", "复审期限", "依据", "灯", "状态")
    cells = [
        (one.enterprise, one.number, one.ends_on, one.due_on, one.batch, one.light.label, one.state) for one in lines
    ]
    table(heads, cells, "没有证书在这段时间到期；用 duban certificate import 导入证书清单。")


@batches.command("list")
def list_batches(json: Json = False) -> None:
    """列出数据文件夹的 batches.yaml 里的批次，最近的在前。"""
    lines = batch_lines(runtime(), local_day(now()))
    if json:
        print(as_json(lines))
        return
    cells = [
        (one.programme, one.year, one.name, one.opens, one.closes, one.state, "、".join(one.enterprises))
        for one in lines
    ]
    heads = ("业务线", "年份", "批次", "开始", "截止", "状态", "选报的企业")
    table(heads, cells, "还没有批次：公布后写进数据文件夹的 batches.yaml，写法见 docs/admin.md。")
