"""duban token …: what other programs come in with."""

from typing import Annotated

import typer

from duban.cli.output import as_json, now, runtime, table
from plans.account_tables import ApiToken
from plans.api_tokens import Scope, end_token, new_token, read_scopes, tokens
from plans.database import reading, writing
from plans.tables import Person
from plans.zone import local_text

app = typer.Typer(help="令牌：让别的程序以某人的名义使用接口。", no_args_is_help=True)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]
SCOPES = "、".join(f"{scope.value} {scope.label}" for scope in Scope)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(metavar="名称", help="给哪个程序用，如 OA")],
    person: Annotated[str, typer.Option("--person", help="以谁的名义：能看、能办的和他本人一样")],
    scope: Annotated[list[str], typer.Option("--scope", help=f"权限，可写多次：{SCOPES}")],
    json: Json = False,
) -> None:
    """发一个令牌；密钥只显示这一次，请当场交给对方。"""
    with writing(runtime().engine) as session:
        token, key = new_token(session, name, person, read_scopes(scope), now())
    if json:
        print(as_json({"id": token.id, "name": token.name, "scopes": token.scopes, "key": key}))
        return
    print(f"已发令牌“{token.name}”，编号 {token.id}。密钥只显示这一次：")
    print(key)


@app.command("list")
def list_tokens(
    everything: Annotated[bool, typer.Option("--all", help="连同已停用的")] = False, json: Json = False
) -> None:
    """列出令牌、权限和最近一次使用；密钥不再显示。"""
    with reading(runtime().engine) as session:
        rows = [_row(token, person) for token, person in tokens(session, everything)]
    if json:
        print(as_json(rows))
        return
    heads = ("编号", "名称", "名义", "权限", "发放", "最近使用", "状态")
    cells = [
        (row["id"], row["name"], row["person"], row["labels"], row["made_at"], row["used_at"] or "—", row["state"])
        for row in rows
    ]
    table(heads, cells, "还没有发过令牌。")


@app.command("end")
def end(number: Annotated[int, typer.Argument(metavar="编号", help="令牌编号，见 duban token list")]) -> None:
    """停用一个令牌，立即生效。"""
    with writing(runtime().engine) as session:
        token = end_token(session, number, now())
    print(f"令牌“{token.name}”已停用。")


def _row(token: ApiToken, person: Person) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "person": person.name,
        "scopes": token.scopes,
        "labels": "、".join(Scope(scope).label for scope in token.scopes),
        "made_at": local_text(token.made_at),
        "used_at": local_text(token.used_at) if token.used_at else "",
        "state": "已停用" if token.ended_at else "可用" if person.active else "本人离岗",
    }
