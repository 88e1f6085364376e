"""Whatever a person does and types, nothing that was kept is lost and the sheet stays a draft."""

import contextlib
from collections import Counter
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from plans.draft import Draft, parse_draft
from plans.drafting import draft_yaml
from plans.errors import Refused
from plans.programmes import load_programmes
from plans.sheet import verbs
from plans.sheet.model import Sheet
from plans.sheet.questions import problems, questions
from support.sheets import TODAY, a_bureau, a_sheet

SHEET = a_sheet(
    "培育高新技术企业。确保新增高新技术企业5家，力争8家。（责任人：李明）",
    "做好技术合同登记。力争技术合同成交额达到*亿元，登记合同120份。（责任股室：创新股）",
    "开展科普宣传。定期组织科普讲座。",
    "报送研发投入材料。9月30日前完成申报材料报送。",
    done="上半年技术合同成交额达到1.2亿元。走访云溪精工有限公司。坚持每周五下午开展网格整治。",
)
Verb = Callable[[Sheet], Sheet]
KEYS = st.integers(0, 9)
TEXTS = st.sampled_from(
    ["", "5", "９", "待填", "每月10日", "李明", "2026", "2027H1", "无", "\0", "一\n二", "<b>&", "x" * 300]
)
TEXTS |= st.text(max_size=8)
FIELDS = st.sampled_from(
    ["title", "programme", "kind", "owner", "cadence", "due_policy", "ladder", "assignees", "text"]
    + [f"target.{n}.{name}" for n in range(3) for name in ("indicator", "floor", "stretch", "unit")]
)
HEADS = st.sampled_from(["bureau", "title", "period", "owner"])
PATHS = HEADS | st.sampled_from(
    ["year", "office.创新股", "people.李明.mail", "past.2026-10-01", "items.2.targets.0.floor", "items.3.cadence"]
)
# Dropping a target is the one thing that loses one, and it is said in so many words.
VERBS: st.SearchStrategy[Verb] = st.one_of(
    st.builds(lambda key: lambda sheet: verbs.confirm(sheet, key), KEYS),
    st.builds(lambda key: lambda sheet: verbs.drop(sheet, key), KEYS),
    st.builds(lambda key: lambda sheet: verbs.restore(sheet, key), KEYS),
    st.just(verbs.confirm_all),
    st.builds(lambda key, into: lambda sheet: verbs.merge(sheet, key, into), KEYS, KEYS),
    st.builds(lambda key, titles: lambda sheet: verbs.split(sheet, key, titles), KEYS, st.lists(TEXTS, max_size=3)),
    st.builds(
        lambda key, typed: lambda sheet: verbs.change(sheet, key, typed),
        KEYS,
        st.dictionaries(FIELDS, TEXTS, max_size=4),
    ),
    st.builds(lambda typed: lambda sheet: verbs.add_item(sheet, typed), st.dictionaries(FIELDS, TEXTS, max_size=4)),
    st.builds(lambda typed: lambda sheet: verbs.answer(sheet, typed), st.dictionaries(PATHS, TEXTS, max_size=3)),
    st.builds(lambda typed: lambda sheet: verbs.set_header(sheet, typed), st.dictionaries(HEADS, TEXTS, max_size=2)),
    st.builds(lambda name, mail: lambda sheet: verbs.set_people(sheet, [{"name": name, "mail": mail}]), TEXTS, TEXTS),
    st.builds(lambda key, to: lambda sheet: verbs.use_figure(sheet, 0, "reading", (key, to)), KEYS, st.integers(0, 3)),
)


def quotes(sheet: Sheet) -> Counter[str]:
    """The exact words of every target, kept or dropped."""
    return Counter(target.quote for one in sheet.items for target in one.item.targets if target.quote)


@settings(max_examples=80, deadline=None)
@given(st.lists(VERBS, max_size=8))
def test_after_any_verbs_every_target_is_in_one_item_and_the_draft_is_one(chosen: list[Verb]) -> None:
    sheet = SHEET
    for verb in chosen:
        before = sheet
        with contextlib.suppress(Refused):
            sheet = verb(sheet)
            assert sheet.next_key >= before.next_key
    keys = [one.key for one in sheet.items]

    assert len(set(keys)) == len(keys)
    assert max(keys) < sheet.next_key
    assert quotes(sheet) == quotes(SHEET)
    assert all(place in {p for one in sheet.items for p in one.places} for one in SHEET.items for place in one.places)
    assert Sheet.model_validate_json(sheet.model_dump_json()) == sheet
    assert Draft.model_validate(sheet.draft().model_dump()) == sheet.draft()
    for figure in sheet.figures:
        assert figure.target is None or figure.target[1] < len(
            next(one for one in sheet.items if one.key == figure.target[0]).item.targets
        )


@settings(max_examples=15, deadline=None)
@given(st.lists(VERBS, max_size=5))
def test_after_any_verbs_the_questions_can_be_asked_and_the_draft_written(chosen: list[Verb]) -> None:
    sheet = SHEET
    for verb in chosen:
        with contextlib.suppress(Refused):
            sheet = verb(sheet)

    asked = questions(sheet, a_bureau(), TODAY)
    told = problems(sheet, a_bureau(), TODAY)

    assert len({question.path for question in asked}) == len(asked)
    assert {key for key, _ in told} <= {None, *(one.key for one in sheet.kept())}
    drafted = parse_draft(draft_yaml(sheet, load_programmes())).draft
    assert drafted is not None
    assert [item.title for item in drafted.items] == [one.item.title for one in sheet.kept()]
    assert [item.targets for item in drafted.items] == [one.item.targets for one in sheet.kept()]
