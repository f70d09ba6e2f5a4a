"""The form that signs the book: what was typed, and what of it is good."""

LONGEST_NAME = 40
LONGEST_MESSAGE = 1000
LONGEST_TAG = 20
MOST_TAGS = 3


class SignForm:
    """What was typed, and the same without stray white space."""

    def __init__(self, typed):
        # As typed, for the form that comes back. A field that is missing is empty.
        self.typed = {name: typed.get(name, "") for name in ("name", "message", "tags")}
        self.name = " ".join(self.typed["name"].split())
        # Browsers send the ends of lines as CRLF.
        self.message = self.typed["message"].replace("\r\n", "\n").strip()
        words = self.typed["tags"].replace(",", " ").split()
        tags = (word.lstrip("#").lower() for word in words)
        self.tags = list(dict.fromkeys(tag for tag in tags if tag))

    def check(self):
        """Returns what is wrong, in words for the visitor, or None, of each field."""
        return {
            "name": text_problem(self.name, "your name", LONGEST_NAME),
            "message": text_problem(self.message, "a message", LONGEST_MESSAGE),
            "tags": tags_problem(self.tags),
        }


def text_problem(text, what, longest):
    """Says what is wrong with a text, if anything."""
    if not text:
        return f"Please write {what}."
    if len(text) > longest:
        return f"This has {len(text)} characters; {longest} are the most."
    return None


def tags_problem(tags):
    """Says what is wrong with the tags, if anything."""
    if len(tags) > MOST_TAGS:
        return f"{MOST_TAGS} tags are the most."
    if any(len(tag) > LONGEST_TAG for tag in tags):
        return f"A tag has at most {LONGEST_TAG} characters."
    return None
