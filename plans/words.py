"""The closed vocabularies of a plan. Values are what the database and the draft hold; labels are what people read."""

from enum import StrEnum


class Kind(StrEnum):
    """What an item is, which decides the tasks it becomes (design.md, What an item becomes)."""

    GOAL = "goal"
    FILING = "filing"
    REVIEW = "review"
    DUTY = "duty"

    @property
    def label(self) -> str:
        return {"goal": "目标", "filing": "报送", "review": "复审调度", "duty": "日常"}[self.value]


class DuePolicy(StrEnum):
    """What happens to a due date that falls on a day off (domain.md §5: online systems do not extend)."""

    HARD = "hard"
    NEXT = "next"
    PREVIOUS = "previous"
    SKIP = "skip"

    @property
    def label(self) -> str:
        return {"hard": "硬截止", "next": "顺延", "previous": "提前", "skip": "跳过"}[self.value]


class Assignees(StrEnum):
    """Who gets an item's tasks: its owner in the bureau, or each enterprise of the roster."""

    OWNER = "owner"
    ENTERPRISES = "enterprises"


class Role(StrEnum):
    """A person's place in the bureau; escalation climbs it."""

    STAFF = "staff"
    OFFICE_HEAD = "office_head"
    DEPUTY_DIRECTOR = "deputy_director"
    DIRECTOR = "director"

    @property
    def label(self) -> str:
        names = {
            "staff": "科员",
            "office_head": "股室负责人",
            "deputy_director": "分管副局长",
            "director": "局长",
        }
        return names[self.value]
