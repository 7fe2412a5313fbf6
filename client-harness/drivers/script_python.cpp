#include "drivers/client_scripts.hpp"

namespace misproxy::scripts {

const std::string_view kUrllib = R"(
import os, sys, urllib.request
env = os.environ
method = env['MISPROXY_METHOD']
body = b' ' * int(env['MISPROXY_BODY_BYTES']) if method == 'POST' else None
try:
    with urllib.request.urlopen(urllib.request.Request(env['MISPROXY_URL'], data=body, method=method)) as reply:
        print(f'said: status={reply.status} bytes={len(reply.read())}')
except Exception as error:
    if hasattr(error, 'code'): print(f'said: status={error.code}')
    sys.exit(f'error: {type(error).__name__}: {error}')
)";

const std::string_view kUrllibCopy = R"(
import os, shutil, sys, urllib.request
env = os.environ
method = env['MISPROXY_METHOD']
body = b' ' * int(env['MISPROXY_BODY_BYTES']) if method == 'POST' else None
try:
    with urllib.request.urlopen(urllib.request.Request(env['MISPROXY_URL'], data=body, method=method)) as reply:
        with open(os.path.join(env['HOME'], 'file'), 'wb') as file:
            shutil.copyfileobj(reply, file)
            print(f'said: status={reply.status} bytes={file.tell()}')
except Exception as error:
    if hasattr(error, 'code'): print(f'said: status={error.code}')
    sys.exit(f'error: {type(error).__name__}: {error}')
)";

const std::string_view kRequests = R"(
import os, sys, requests
env = os.environ
method = env['MISPROXY_METHOD']
body = b' ' * int(env['MISPROXY_BODY_BYTES']) if method == 'POST' else None
try:
    reply = requests.request(method, env['MISPROXY_URL'], data=body)
    print(f'said: status={reply.status_code} bytes={len(reply.content)}')
    reply.raise_for_status()
except Exception as error:
    sys.exit(f'error: {type(error).__name__}: {error}')
)";

const std::string_view kHttpx = R"(
import os, sys, httpx
env = os.environ
method = env['MISPROXY_METHOD']
body = b' ' * int(env['MISPROXY_BODY_BYTES']) if method == 'POST' else None
try:
    reply = httpx.request(method, env['MISPROXY_URL'], content=body)
    print(f'said: status={reply.status_code} bytes={len(reply.content)}')
    reply.raise_for_status()
except Exception as error:
    sys.exit(f'error: {type(error).__name__}: {error}')
)";

}  // namespace misproxy::scripts
