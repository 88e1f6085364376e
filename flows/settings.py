"""Settings: one reader of the environment and of ``duban.toml`` in the data folder. docs/settings.md lists them all."""

import os
import re
from collections.abc import Mapping
from datetime import time
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from plans.batches import LEAD
from plans.errors import Broken
from plans.kept_files import text_of
from tasks.cutoff import WORKDAYS_AFTER
from tasks.lights import Thresholds

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

DEFAULT_DATA = Path("duban-data")
FILE_NAME = "duban.toml"
_FAULTS = {
    "int_parsing": "请写整数",
    "int_type": "请写整数",
    "int_from_float": "请写整数",
    "float_parsing": "请写数字",
    "float_type": "请写数字",
    "greater_than": "要大于 {gt}",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "time_parsing": "请写时间，如 08:30",
    "time_type": "请写时间，如 08:30",
    "literal_error": "只能写 {expected}",
    "string_too_long": "最多 {max_length} 个字",
    "string_type": "请写文字，加上引号",
    "bool_parsing": "只能写 true 或 false",
    "bool_type": "只能写 true 或 false",
    "extra_forbidden": "没有这个设置，请检查拼写",
    "value_error": "{error}",
}


class SettingsProblem(Broken):
    """设置 DUBAN_MAIL_PORT 写得不对：……"""


class Settings(BaseSettings):
    """Every setting with its default; the environment name is DUBAN_ and the field in capitals."""

    model_config = SettingsConfigDict(env_prefix="DUBAN_", extra="forbid")

    data: Path = Field(DEFAULT_DATA, title="数据文件夹", description="数据文件夹：数据库、密钥、日志和放假安排都在里面")
    bureau: str = Field(
        "", max_length=100, title="局名", description="本局全称，写在登录页上；交来的文件里没写单位时也用它"
    )
    database_url: str = Field("", title="数据库", description="数据库地址，空则用数据文件夹里的 SQLite")
    host: str = Field("127.0.0.1", title="监听地址", description="网页监听的地址")
    port: int = Field(8320, ge=1, le=65535, title="监听端口", description="网页监听的端口")
    public_url: str = Field("", title="网页地址", description="别人打开网页用的地址，写进邮件链接；空则用监听地址")
    secret: str = Field("", title="链接密钥", description="签发个人链接的密钥，空则自动生成在数据文件夹里")
    link_days: int = Field(200, ge=1, title="链接有效天数", description="个人链接的有效天数")
    mail_host: str = Field("", title="发信服务器", description="发信服务器；空则邮件一律暂缓，不会假装已发")
    mail_port: int = Field(465, ge=1, le=65535, title="发信端口", description="发信端口")
    mail_security: Literal["ssl", "starttls", "none"] = Field("ssl", title="加密方式", description="加密方式")
    mail_user: str = Field("", title="发信账号", description="发信账号")
    mail_password: str = Field("", title="密码或授权码", description="密码或授权码")
    mail_sender: str = Field("", title="发件地址", description="发件地址，空则同账号")
    mail_sender_name: str = Field("督办提醒", title="发件人名称", description="发件人名称")
    mail_reply_to: str = Field("", title="回信地址", description="回信地址")
    mail_ca_file: str = Field("", title="CA 文件", description="内网邮件服务器自签证书的 CA 文件")
    mail_timeout: float = Field(20.0, gt=0, title="超时", description="与邮件服务器通话的超时，秒")
    mail_pause: float = Field(0.0, ge=0, title="停顿", description="两封邮件之间的停顿，秒")
    robot_url: str = Field("", title="群机器人地址", description="企业微信、钉钉或飞书群机器人的 apprise 地址")
    remind_at: time = Field(time(8, 30), title="提醒时间", description="每天发提醒的时间")
    digest_at: time = Field(time(9, 0), title="通报时间", description="每月首个工作日做通报的时间")
    language: Path | None = Field(None, title="语言文件", description="界面用别的语言时的语言文件（.po），空则为中文")
    digest_approval: bool = Field(False, description="通报是否等人看过、点了“定稿并发送”才定稿；否则到时自动定稿发出")
    programmes: Path | None = Field(None, title="业务线文件", description="本局的业务线文件，覆盖自带的")
    ladders: Path | None = Field(None, title="催办阶梯文件", description="本局的催办阶梯文件，覆盖自带的")
    light_yellow: int = Field(
        Thresholds.yellow, ge=0, le=100, title="黄灯", description="指标落后序时进度多少个百分点亮黄灯"
    )
    light_red: int = Field(
        Thresholds.red, ge=0, le=100, title="红灯", description="指标落后序时进度超过多少个百分点亮红灯"
    )
    light_soon: int = Field(Thresholds.soon, ge=0, le=60, title="蓝灯", description="任务到期前多少个工作日亮蓝灯")
    extension_wait: int = Field(
        3, ge=0, le=60, title="延期等待", description="延期申请没有批复时，催办最多等多少个工作日"
    )
    urge_cooldown: int = Field(1, ge=0, le=60, title="催办间隔", description="同一项任务隔多少个工作日才可再次手动催办")
    cut_off_days: int = Field(
        WORKDAYS_AFTER, ge=0, le=60, title="填报截止", description="企业填报到期后多少个工作日截止，以后来的算补报"
    )
    renewal_lead: int = Field(LEAD, ge=1, le=120, title="复审提前", description="复审在批次截止前多少个工作日到期")
    promise_days: int = Field(
        10, ge=1, le=60, title="承诺期限", description="企业承诺报送最多可以承诺到几个工作日以后，这期间不催"
    )
    letter_mark: str = Field("催报函", max_length=40, title="催报函字号", description="催报函的字号，写在〔年份〕前面")
    office_phone: str = Field(
        "", max_length=60, title="联系电话", description="催报函上写的本局联系电话；空则只写联系人和邮箱"
    )
    sso_issuer: str = Field(
        "", title="统一登录地址", description="单位统一登录（OpenID Connect）的签发地址；空则只用账号密码登录"
    )
    sso_client_id: str = Field("", title="应用编号", description="统一登录平台给督办的应用编号（client id）")
    sso_client_secret: str = Field("", title="应用密钥", description="统一登录平台给督办的应用密钥（client secret）")
    sso_name: str = Field("统一登录", max_length=20, title="按钮文字", description="登录页上统一登录按钮的文字")
    sso_claim: str = Field("preferred_username", title="账号字段", description="统一登录用哪一个字段对应督办的账号")
    sso_by_login: bool = Field(False, title="按账号认人", description="第一次统一登录时，是否按账号名认出已有的账号")
    prefect: bool = Field(True, title="Prefect", description="duban up 是否同时启动 Prefect")
    prefect_port: int = Field(4320, ge=1, le=65535, title="Prefect 端口", description="Prefect 监听的端口")

    @field_validator("light_red")
    @classmethod
    def _red_is_beyond_yellow(cls, red: int, info: ValidationInfo) -> int:
        if red < info.data.get("light_yellow", 0):
            raise ValueError("红灯的数不能比黄灯小")
        return red

    @field_validator("programmes", "ladders", "language", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return value or None

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        data = init_settings().get("data") or env_settings().get("data") or DEFAULT_DATA
        file = TomlConfigSettingsSource(settings_cls, Path(str(data)) / FILE_NAME)
        return init_settings, env_settings, file

    @cached_property
    def file(self) -> Path:
        """Where the settings that pages change are kept."""
        return self.data / FILE_NAME

    @cached_property
    def ladders_file(self) -> Path:
        """Where the bureau's own ladders are, or would be."""
        return self.ladders or self.data / "ladders.yaml"

    @cached_property
    def programmes_file(self) -> Path:
        """Where the bureau's own programmes are, or would be."""
        return self.programmes or self.data / "programmes.yaml"

    @cached_property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.data.resolve() / 'duban.db'}"

    @cached_property
    def base_url(self) -> str:
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")


def read_settings(**given: object) -> Settings:
    """Environment over file over defaults. Raises SettingsProblem naming every setting that is wrong."""
    try:
        return Settings(**given)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsProblem(told_of(faults_in(error), _file(given))) from error
    except ValueError as error:
        raise SettingsProblem(_told_of_toml(_file(given))) from error


def from_environment() -> frozenset[str]:
    """The settings that the environment sets: they win over the file."""
    given = {name.upper() for name in os.environ}
    return frozenset(name for name in Settings.model_fields if f"DUBAN_{name}".upper() in given)


def faults_in(error: ValidationError) -> dict[str, str]:
    """What is wrong with which setting, as a sentence each."""
    return {str(fault["loc"][0]): _fault(fault) for fault in error.errors()}


def told_of(faults: Mapping[str, str], file: Path) -> str:
    """The faults in one sentence, each with the place where it was written."""
    written = text_of(file) if file.is_file() else ""
    return "；".join(f"{_place(name, written)}写得不对：{told}" for name, told in sorted(faults.items())) + "。"


def _place(name: str, written: str) -> str:
    found = re.search(rf"(?m)^\s*{re.escape(name)}\s*=", written)
    if name in from_environment() or found is None:
        return f"设置 DUBAN_{name.upper()} "
    return f"{FILE_NAME} 第 {written[: found.end()].count(chr(10)) + 1} 行的 {name} "


def _fault(fault: "ErrorDetails") -> str:
    bounds = fault.get("ctx", {})
    sentence = _FAULTS.get(fault["type"], "请对照 docs/settings.md 改正")
    expected = str(bounds.get("expected", "")).replace("'", "").replace(" or ", "、").replace(", ", "、")
    return sentence.format_map({**bounds, "error": bounds.get("error", ""), "expected": expected})


def _told_of_toml(file: Path) -> str:
    import tomlkit  # only a broken file is read with it
    from tomlkit.exceptions import ParseError

    try:
        tomlkit.parse(text_of(file))
    except ParseError as error:
        return f"{FILE_NAME} 第 {error.line} 行读不懂：请检查引号和等号。"
    except (OSError, ValueError):
        return f"{FILE_NAME} 读不懂：请存成 UTF-8 文本。"
    return f"{FILE_NAME} 读不懂：请检查引号和等号。"


def _file(given: Mapping[str, object]) -> Path:
    return Path(str(given.get("data") or os.environ.get("DUBAN_DATA") or DEFAULT_DATA)) / FILE_NAME
