# title: An error whose own text raises SystemExit
# base: solved
# score: 10
class Bad(BaseException):
    def __str__(self):
        raise SystemExit(0)

    __repr__ = __str__


raise Bad
