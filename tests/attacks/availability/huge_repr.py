# title: A result whose text is a fifty megabytes long
# base: solved
# score: 10
class Huge:
    def __repr__(self):
        return "[" * (50 << 20)


Huge()
