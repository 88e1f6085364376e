"""duban letter …: 催报函 that wait for a leader's word."""

from typing import Annotated

import typer

from duban.cli.output import as_json, escape, now, runtime, table
from flows.letters import decide_by_name, letter_rows, letter_text
from notifications.formal import label
from notifications.tables import Letter, LetterState
from plans.database import writing

app = typer.Typer(help="催报函：逾期较久的企业，起草后由领导批准再发。", no_args_is_help=True)

Number = Annotated[int, typer.Argument(help="催报函编号，见 duban letter list")]
By = Annotated[str, typer.Option("--by", help="由谁批：股室负责人或局领导")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]


@app.command("list")
def list_letters(
    everything: Annotated[bool, typer.Option("--all", help="连同已批准、已发出和不发的")] = False, json: Json = False
) -> None:
    """列出待审批的催报函。"""
    rows = letter_rows(runtime(), now(), everything)
    if json:
        print(as_json(rows))
        return
    cells = [
        (row["id"], row["enterprise"], row["title"], row["periods"], row["state"], row["number"] or row["reason"])
        for row in rows
    ]
    table(("编号", "主送", "事项", "报告期", "状态", "文号或原因"), cells, "没有待审批的催报函。")


@app.command("show")
def show(number: Number, json: Json = False) -> None:
    """查看一封催报函的正文。"""
    row = letter_text(runtime(), number, now())
    if json:
        print(as_json(row))
        return
    said = f"{row['state']} {row['decided_by']} {row['decided_at']} {row['reason']}".strip()
    print(f"{escape(said)}\n")
    print("\n".join(escape(line) for line in str(row["text"]).splitlines()))


@app.command("approve")
def approve(number: Number, by: By) -> None:
    """批准：编上文号，随后发出；企业已经报送的不再发。"""
    opened = runtime()
    with writing(opened.engine) as session:
        letter = decide_by_name(session, opened, number, by, True, "", now())
    print(told(letter, opened.press.mark))


@app.command("decline")
def decline(number: Number, by: By, reason: Annotated[str, typer.Option("--reason", help="为什么不发")]) -> None:
    """不发：写明原因。"""
    opened = runtime()
    with writing(opened.engine) as session:
        decide_by_name(session, opened, number, by, False, reason, now())
    print("已记下：不发。")


def told(letter: Letter, mark: str) -> str:
    """What became of an approval, as one sentence."""
    if letter.state == LetterState.VOID:
        return f"没有发：{letter.facts.get('reason', '')}。"
    return f"已批准，文号 {label(letter, mark)}，下一轮发出。"
