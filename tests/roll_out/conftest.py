from tests.kit.javascript import beside_the_client

__all__ = ["beside_the_client"]
