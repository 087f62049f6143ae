"""What a rule says about itself, and its page: `explain --rule NAME` and docs/mistakes.md show it."""

import msgspec


class RuleText(msgspec.Struct, frozen=True):
    """One mistake, told to the person who made it. Never holds a value of a request."""

    rule: str
    says: str  # the mistake in one sentence
    why: str  # how it comes about, and why Binance refuses
    see: str  # how to see it without this program
    remedy: str  # what to do next, one or two sentences
    example: str = ""  # the right way, as text or code


def render(text: RuleText) -> str:
    """The page as Markdown, ending in a newline."""
    parts = [
        f"### {text.rule}",
        f"**{text.says}**",
        text.why,
        f"How to see it: {text.see}",
        f"What to do: {text.remedy}",
    ]
    if text.example:
        parts.append(f"```text\n{text.example}\n```")
    return "\n\n".join(parts) + "\n"
