"""The house style as Word keeps it: the styles and the table of fonts, each with those that stand in for it."""

from xml.sax.saxutils import quoteattr

from notifications.documents.house_style import HouseStyle, Style
from notifications.documents.wordml import NAMESPACES


def styles_xml(house: HouseStyle) -> str:
    """The whole of word/styles.xml."""
    own = "".join(_style(key, style, house) for key, style in house.styles.items())
    return (
        f"<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr>{fonts_of(house.styles['Normal'], house)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/>'
        f"</w:docDefaults>{own}{_TABLE}</w:styles>"
    )


_TABLE = (
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/><w:uiPriority '
    'w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/></w:tblPr></w:style>'
)


def fonts_of(style: Style, house: HouseStyle) -> str:
    """The fonts of a style, by name. 宋体 writes digits too: page numbers are in it as a whole (半角宋体)."""
    chinese = house.fonts[style.font][0]
    latin = chinese if style.font == "songti" else house.latin
    return f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{chinese}" w:cs="{house.latin}"/>'


def _style(key: str, style: Style, house: HouseStyle) -> str:
    is_normal = key == "Normal"
    based = "" if is_normal else '<w:basedOn w:val="Normal"/>'
    following = '<w:next w:val="BodyText"/>' if style.outline is not None else ""
    default = ' w:default="1"' if is_normal else ""
    size = int(style.size * 2)
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{key}"><w:name w:val={quoteattr(style.name)}/>{based}'
        f"{following}<w:qFormat/><w:pPr>{_paragraph(style, house)}</w:pPr>"
        f"<w:rPr>{fonts_of(style, house)}{_apart(style, house)}"
        f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def _apart(style: Style, house: HouseStyle) -> str:
    # Not by the grid of the page (linesAndChars): LibreOffice gives a character wider than its cell two cells.
    on_grid = style.line is None and style.size == house.grid.size
    return f'<w:spacing w:val="{house.narrowing}"/>' if on_grid else '<w:spacing w:val="0"/>'


def _paragraph(style: Style, house: HouseStyle) -> str:
    keep = "<w:keepNext/>" if style.keep else ""
    indent = f'<w:ind w:firstLineChars="{style.indent * 100}" w:firstLine="{int(style.indent * style.size * 20)}"/>'
    outline = "" if style.outline is None else f'<w:outlineLvl w:val="{style.outline}"/>'
    # Twenty-eight characters to a line leave no room for the space Word puts between Chinese and digits.
    return (
        f'{keep}<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f"{_on_grid(style)}{_spacing(style, house)}{indent if style.indent else ''}"
        f'<w:jc w:val="{style.align}"/>{outline}'
    )


def _on_grid(style: Style) -> str:
    return "" if style.line is None else '<w:snapToGrid w:val="0"/>'


def _spacing(style: Style, house: HouseStyle) -> str:
    around = f'w:before="{int(style.before * 20)}" w:after="{int(style.after * 20)}"'
    if style.line == 0:
        return f'<w:spacing {around} w:line="240" w:lineRule="auto"/>'
    pitch = house.line_pitch if style.line is None else int(style.line * 20)
    return f'<w:spacing {around} w:line="{pitch}" w:lineRule="exact"/>'


def fonts_xml(house: HouseStyle) -> str:
    """The whole of word/fontTable.xml: for each font the others that may stand in for it."""
    written = "".join(_font(names) for names in house.fonts.values())
    return f'<w:fonts {NAMESPACES}>{written}<w:font w:name="{house.latin}"/></w:fonts>'


def _font(names: tuple[str, ...]) -> str:
    others = f"<w:altName w:val={quoteattr(','.join(names[1:]))}/>" if names[1:] else ""
    return f'<w:font w:name={quoteattr(names[0])}>{others}<w:charset w:val="86"/></w:font>'
