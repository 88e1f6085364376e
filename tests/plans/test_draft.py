"""Drafts: everything that is wrong with one is told at once, by line, and a draft with a fault writes nothing."""

import string
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cast import at
from flows.planning import start_from_text
from flows.settings import read_settings
from notifications.ladder import load_ladders
from plans.checking import Bureau, check_draft
from plans.draft import Draft, DraftItem, DraftPerson, DraftRefused, DraftTarget, in_line_order, parse_draft
from plans.drafting import draft_yaml
from plans.errors import Refused
from plans.programmes import load_programmes
from plans.reading.model import Severity
from plans.workdays import Workdays
from support.sheets import sheet_from
from tasks.form import load_forms

TODAY = date(2026, 7, 1)


def problems(text: str, known_people: dict[str, str] | None = None, known_periods: tuple[str, ...] = ()) -> list[str]:
    """As “line message”, with a question mark behind warnings."""
    bureau = Bureau(
        programmes=load_programmes(),
        ladders=list(load_ladders()),
        forms=list(load_forms()),
        workdays=Workdays(),
        known_people=known_people or {},
        known_periods=known_periods,
    )
    found = in_line_order(check_draft(parse_draft(text), bureau, TODAY))
    return [f"{one.line} {one.message}" + ("?" if one.severity is Severity.WARNING else "") for one in found]


FAULTY = """\
bureau: 云溪县科技局
title: 下半年工作打算
period: 2026H2
owner: 李明
people:
  - {name: 李明, mail: li@yunxi.example}
  - {name: 王芳}
  - {name: 陈平, mail: 陈平在yunxi}
  - name: 李明
    mail: li2@yunxi.example
enterprises:
  - {name: 云溪精工有限公司, mail: zhao@jinggong.example, credit_code: "91360000MA0000001X"}
  - {name: 云溪精工有限公司, mail: qian@qinghe.example, credit_code: "91360000MA0000001X", first_month: 7月}
  - {name: 远山竹业有限公司}
items:
  - title: 培育高新技术企业
    programme: gaoxin
  - title: 技术合同登记
    programme: jishu_hetong
    targets:
      - {indicator: 成交额, unit: 亿元,
         floor: 8, stretch: 5}
      - {indicator: 登记份数, unit: 份, floor: 待填, masked: true}
  - title: 年报
    programme: rd_stats
    kind: filing
    cadence: once:2026-06-30
    owner: 周正
  - title: 快报
    programme: rd_stats
    cadence: once:2027-01-15
    ladder: 加急
    form: rd_weekly
  - title: 调度会
    programme: cxxian
    cadence: 每月一次
  - title: 入企服务
    programme: huiqi_fuwu
  - title: 走访
    programme: huiqi_fuwu
    cadence: irregular
  - title: 半年盘点
    programme: huiqi_fuwu
    cadence: annual:03-10
  - title: 月报
    programme: rd_monthly
    form: ""
"""


def test_every_fault_is_told_at_once_with_its_line() -> None:
    keys = "、".join(load_programmes())
    assert problems(FAULTY) == [
        "7 王芳没有邮箱地址，提醒送不到。",
        "8 陈平的邮箱地址不对。",
        "9 李明写了两遍。",
        "13 云溪精工有限公司写了两遍。",
        "13 云溪精工有限公司的信用代码和前面一家的一样。",
        "13 月份请写成 2026-07。",
        "14 远山竹业有限公司没有邮箱地址，只能电话催报。?",
        f"17 没有“gaoxin”这条业务线：请改成 {keys} 之一。",
        "22 “成交额”的确保（8）比力争（5）还高。",
        "23 “登记份数”的数字是待填，暂时不能算完成率。?",
        "27 到期日 2026-06-30 已经过去了。",
        "28 责任人周正不在人员名单里：请补上姓名和邮箱。",
        "31 到期日 2027-01-15 不在2026年下半年内。",
        "32 没有“加急”这个催办阶梯：可以用 " + "、".join(load_ladders()) + "。",
        "33 没有“rd_weekly”这张报表：可以用 " + "、".join(load_forms()) + "。",
        "36 频次“每月一次”读不懂：请写成 monthly:10、weekly:fri、annual:03-10、once:2026-09-30 或 irregular。",
        "37 没有写明频次或日期，暂不安排任务；请填频次，如 monthly:10 或 once:2026-09-30。?",
        "41 不定期的事项不自动安排任务；定下日期后请改频次。?",
        "44 按这个频次，本期里已经没有到期日了。?",
        "47 这一项要企业填报，请写明用哪张报表。",
    ]


def test_a_draft_with_faults_leaves_not_even_a_database_behind(tmp_path: Path) -> None:
    settings = read_settings(data=tmp_path / "data")

    with pytest.raises(DraftRefused) as refused:
        start_from_text(settings, FAULTY, "打算.yaml", "陈平", at("2026-07-01 08:00"))

    assert str(refused.value) == "打算.yaml 还有15处要改，没有启动：请改好后再试。"
    assert len(refused.value.problems) == 20
    assert list(tmp_path.iterdir()) == []


GOOD = """\
bureau: 云溪县科技局
title: 下半年工作打算
period: 2026H2
owner: 李明
people:
  - {name: 李明, mail: li@yunxi.example, role: staff}
enterprises:
  - {name: 云溪精工有限公司, mail: zhao@jinggong.example, weight: 900}
items:
  - title: 培育高新技术企业
    programme: gaoqi
    targets:
      - {indicator: 高新技术企业认定, floor: 5, stretch: 8, unit: 家}
"""


def test_a_good_draft_has_no_problems() -> None:
    assert problems(GOOD) == []


@pytest.mark.parametrize(
    ("changed", "into"),
    [
        ("programme: gaoqi", "programme: gaoqi\n    cadence: once:2026-07-01"),
        ("programme: gaoqi", "programme: gaoqi\n    cadence: once:2026-12-31"),
        ("floor: 5", "floor: 8"),
        ("period: 2026H2", "period: 2026"),
        ("period: 2026H2", "period: 2026-07"),
    ],
)
def test_what_just_still_holds_is_no_problem(changed: str, into: str) -> None:
    assert problems(GOOD.replace(changed, into)) == []


@pytest.mark.parametrize(
    ("changed", "into", "told"),
    [
        ("period: 2026H2", "period: 2026H3", "3 计划期间读不懂：请写成 2026H2、2026Q4、2026-10 或 2026。"),
        ("period: 2026H2", "period: 2026-W40", "3 计划期间读不懂：请写成 2026H2、2026Q4、2026-10 或 2026。"),
        ("period: 2026H2", "period: 9999", "3 计划期间读不懂：请写成 2026H2、2026Q4、2026-10 或 2026。"),
        ("period: 2026H2", "period: 待填", "3 计划期间没有写明：请填写，如 2026H2（2026年下半年）。"),
        ("period: 2026H2", "period: 2026H1", "3 2026年上半年已经过去了。"),
        ("period: 2026H2", "period: 2026Q3", "3 2026年三季度的计划已经启动过了。"),
        ("period: 2026H2\n", "", "1 缺少“period”这一项。"),
        ("bureau: 云溪县科技局", "bureau: 待填", "1 请填写单位名称，邮件和通报里要用。"),
        ("title: 下半年工作打算", 'title: ""', "2 “title”不能空着。"),
        ("owner: 李明", "ower: 李明", "4 不认识“ower”这一项，请检查拼写。"),
        ("owner: 李明", "owner: 待填", "4 有1个事项没有责任人：请填写全计划的责任人，或在各事项里写明。"),
        ("role: staff", "role: 局长", "6 “role”只能写：staff、office_head、deputy_director、director。"),
        ("weight: 900", "weight: 九百", "8 “weight”请写数字，不知道就写“待填”。"),
        ("weight: 900", "weight: .nan", "8 “weight”请写数字，不知道就写“待填”。"),
        ("floor: 5", "floor: -5", "13 “floor”不能是负数。"),
        ("floor: 5", "floor: 5000000000000", "13 “floor”的数字太大了，请检查单位。"),
        ("programme: gaoqi", "programme: gaoqi\n    deadline: 9月底", "12 不认识“deadline”这一项，请检查拼写。"),
        ("programme: gaoqi", "programme: gaoqi\n    skip_months: 1", "12 “skip_months”下面请逐行用“- ”列出。"),
        ("programme: gaoqi", "programme: gaoqi\n    in_arrears: 是", "12 “in_arrears”只能写 true 或 false。"),
        ("programme: gaoqi", "programme gaoqi", "11 这一行的格式不对：请检查缩进、冒号后的空格和引号。"),
        (
            "programme: gaoqi",
            "programme: gaoqi\n    title: 又",
            "12 这一行的格式不对：请检查缩进、冒号后的空格和引号。",
        ),
        ("programme: gaoqi", 'programme: "gaoqi', "11 这一行的格式不对：请检查缩进、冒号后的空格和引号。"),
    ],
)
def test_one_fault_in_a_good_draft_is_told_with_its_line(changed: str, into: str, told: str) -> None:
    assert problems(GOOD.replace(changed, into), known_periods=("2026Q3",)) == [told]


def test_an_owner_who_is_already_in_the_bureau_need_not_be_written_again() -> None:
    text = GOOD.replace("owner: 李明", "owner: 赵敏")

    assert problems(text) == ["10 责任人赵敏不在人员名单里：请补上姓名和邮箱。"]
    assert problems(text, known_people={"赵敏": "zhao@yunxi.example"}) == []


def test_a_plan_into_a_year_without_a_table_is_warned_of() -> None:
    assert problems(GOOD.replace("2026H2", "2027H1")) == [
        "3 2027年的放假安排还没有录入，暂按周一至周五为工作日推算；国务院通知公布后请补录。?"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- 不是草稿",
        "只是一句话",
        "bureau: !!bool 是",
        "bureau: !!omap 1",
        'bureau: "\\UFFFFFFFF"',
        "[" * 800,
        "\x00",
        "a: 2026-13-45",
        "a: &a [*a]",
        "*a",
        "<<: 1",
        "? [a]\n: b",
        "1: x",
        "items: [1, [2], {3: 4}]",
        "people: {a: 1}",
    ],
)
def test_what_is_no_draft_is_told_and_not_raised(text: str) -> None:
    file = parse_draft(text)

    assert file.draft is None
    assert file.problems


def test_a_file_too_large_is_refused() -> None:
    with pytest.raises(Refused, match="草稿太大"):
        parse_draft("#" * 5_000_001)


FIELDS = [*Draft.model_fields, *DraftPerson.model_fields, *DraftItem.model_fields, *DraftTarget.model_fields]
TOKENS = [
    *FIELDS,
    *string.punctuation,
    "\n",
    "\n  ",
    "\n  - ",
    ": ",
    " ",
    "待填",
    "2026H2",
    "!!int",
    "1e999",
    "0x",
    "\t",
    "&a",
    "*a",
]


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80) | st.lists(st.sampled_from(TOKENS), max_size=30).map("".join))
def test_any_text_is_answered_with_a_draft_or_with_problems(text: str) -> None:
    file = parse_draft(text)

    assert (file.draft is None) == bool(file.problems)
    assert all(1 <= problem.line <= len(text.splitlines()) + 1 for problem in file.problems)


DOCUMENT = """\
云溪县科技局2026年上半年工作总结和下半年工作打算
一、下半年工作打算
（一）培育高新技术企业。确保新增高新技术企业5家，力争8家。
（二）做好研发统计。每月10日前报送研发月报。
（三）加强作风建设。每周五下午开展责任网格整治。
（四）推进科技特派员工作。适时组织技术培训，力争技术合同成交额达到*亿元。
"""


def test_a_draft_made_from_a_document_can_be_read_back() -> None:
    read = sheet_from(DOCUMENT)
    text = draft_yaml(read, load_programmes())

    file = parse_draft(text)

    assert file.problems == ()
    assert file.draft is not None
    assert [item.title for item in file.draft.items] == [one.item.title for one in read.items] != []


def test_a_draft_made_from_a_document_asks_for_what_only_a_person_knows() -> None:
    text = draft_yaml(sheet_from(DOCUMENT), load_programmes())

    told = [line.split(" ", 1)[1] for line in problems(text)]

    assert any("没有责任人" in one for one in told)
    assert "示例人没有邮箱地址，提醒送不到。" in told


def test_a_draft_names_the_enterprises_people_and_duties_of_the_document() -> None:
    done = "走访云溪青禾药业有限公司。服务青禾药业、远山竹业等2家企业。坚持每周三上午入企服务。"
    document = f"云溪县科技局2026年上半年工作总结\n一、工作完成情况\n{done}\n二、下半年工作打算\n"

    text = draft_yaml(sheet_from(document + "（一）做好科普宣传。（责任人：李明）\n"), load_programmes())

    drafted = parse_draft(text).draft
    assert drafted is not None
    assert [one.name for one in drafted.enterprises] == ["云溪青禾药业有限公司", "远山竹业"]
    assert [(one.name, one.mail) for one in drafted.people] == [("李明", "")]
    assert [(one.owner, one.cadence) for one in drafted.items] == [("李明", ""), ("", "weekly:wed-am")]
    assert "文中也写作：青禾药业" in text
