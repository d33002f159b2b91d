from setuptools import setup

setup(name="window", version="1", py_modules=["app"])
