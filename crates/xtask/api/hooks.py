"""A config is sent as it is: Schemathesis writes JSON and forms by itself, and no TOML."""

import schemathesis


@schemathesis.serializer("application/toml")
def toml(context, value):
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")
