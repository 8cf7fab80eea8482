"""What people read, in Vietnamese and in English."""

from lenetlab.language.labels import flag_title, label
from lenetlab.language.translating import translate

__all__ = ["flag_title", "label", "translate"]
