"""What a rule says about itself: the text of `explain --rule NAME` and of docs/mistakes.md."""

import msgspec


class Page(msgspec.Struct, frozen=True):
    """One mistake, told to the person who made it. Never holds a value of a request."""

    rule: str
    says: str  # the mistake in one sentence
    why: str  # how it comes about, and why Binance refuses
    see: str  # how to see it without this program
    remedy: str  # what to do next, one or two sentences
    example: str = ""  # the right way, as text or code


def render(page: Page) -> str:
    """The page as Markdown, ending in a newline."""
    parts = [
        f"### {page.rule}",
        f"**{page.says}**",
        page.why,
        f"How to see it: {page.see}",
        f"What to do: {page.remedy}",
    ]
    if page.example:
        parts.append(f"```text\n{page.example}\n```")
    return "\n\n".join(parts) + "\n"
