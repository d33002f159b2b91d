from setuptools import find_packages, setup
setup(name="shopapp", version="1", packages=find_packages(), install_requires=["flask>=2", "gunicorn"])
