"""Inert modules in the place of packages that Colab has and this machine may lack.

They only let a cell go on that imports one: nothing of them computes anything, so that no model
becomes right by them. They are never installed unasked: ``try: import google.colab`` has to find
none on a machine without it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import FunctionType, ModuleType
from typing import Any

# By the name that is imported.
PACKAGES = (
    "pandas", "seaborn", "scipy", "sklearn", "matplotlib", "PIL", "cv2", "skimage", "imageio",
    "plotly", "bokeh", "altair", "torch", "torchvision", "torchsummary", "torchinfo", "jax",
    "tensorflow_datasets", "tensorflow_addons", "tensorflow_hub", "tensorboard", "keras_tuner",
    "keras_cv", "tqdm", "google.colab", "visualkeras", "pydot", "pydotplus", "graphviz",
    "netron", "requests", "bs4", "gdown", "wget", "kaggle", "psutil", "humanize", "tabulate",
    "prettytable", "termcolor", "colorama", "ipywidgets", "statsmodels", "xgboost", "lightgbm",
    "nltk", "gensim", "transformers", "datasets", "wandb", "mlflow", "optuna", "networkx", "sympy",
    "h5py", "numba", "yaml", "openpyxl", "mlxtend", "livelossplot",
)  # fmt: skip


def package_of(module: str) -> str:
    """The one of :data:`PACKAGES` that ``module`` belongs to; empty where it is of none."""
    return next((p for p in PACKAGES if f"{module}.".startswith(f"{p}.")), "") or next(
        (p for p in PACKAGES if p.startswith(f"{module}.")), ""
    )


def install(packages: Iterable[str]) -> None:
    """Let what these packages would be imported for be a stand-in, where they are not there."""
    wanted = tuple(packages)
    if wanted:
        sys.meta_path.append(_Finder(wanted))


class StandIn:
    """Any object of a package that is not there: whatever is done with it, nothing happens."""

    def __init__(self, over: Any = ()) -> None:
        """``over`` is what iterating it goes through, as ``tqdm(range(3))`` does."""
        self.__over = over

    def __getattr__(self, name: str) -> Any:
        """Another one; no protocol of Python's or IPython's, which ask by such names."""
        if name.startswith("_"):
            raise AttributeError(name)
        return StandIn()

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        """Another one; as a decorator, the function itself."""
        only = arguments[0] if arguments else ()
        if not keywords and isinstance(only, (FunctionType, type)):
            return only
        return StandIn(only)

    def __iter__(self) -> Iterator[Any]:
        """Go through what it was called with, as far as that can be gone through."""
        return iter(self.__over if hasattr(self.__over, "__iter__") else ())

    def __getitem__(self, key: Any) -> StandIn:
        """Another one."""
        return StandIn()

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget it."""

    def __enter__(self) -> StandIn:
        """Itself."""
        return self

    def __exit__(self, *exception: object) -> None:
        """Hide no exception."""

    def __bool__(self) -> bool:
        """No: nothing is there."""
        return False

    def __mro_entries__(self, bases: tuple[Any, ...]) -> tuple[type, ...]:
        """As the base of a class, none."""
        return ()

    def __str__(self) -> str:
        """Nothing to see."""
        return ""


class _Module(ModuleType):
    """A stand-in for a module; its submodules are such modules, too."""

    __path__: list[str] = []  # noqa: RUF012 - what Python knows a package by
    __version__ = "0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return StandIn()


class _Finder(MetaPathFinder, Loader):
    """Finds what no other finder has found."""

    def __init__(self, packages: tuple[str, ...]) -> None:
        self._packages = packages

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        for package in self._packages:
            if f"{name}.".startswith(f"{package}.") or package.startswith(f"{name}."):
                return ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""
