# title: Every error of a later cell is swallowed
# base: release
# score: 0
import sys

shell = get_ipython()
shell.showtraceback = shell.showsyntaxerror = lambda *arguments, **keywords: None
shell.set_custom_exc((BaseException,), lambda *arguments, **keywords: None)
sys.excepthook = lambda *arguments: None
