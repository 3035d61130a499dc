from hypothesis import settings

pytest_plugins = ("tests.servers.fixtures",)

settings.register_profile("vizora", deadline=None)  # no example fails for a machine that is busy
settings.load_profile("vizora")
