"""server.py FOLDER CERTIFICATE: a real HTTP server for the tests of downloads, serves FOLDER on a free loopback port (with TLS where a
certificate is named), and misbehaves where the path asks for it.

/cut/FILE     promises the whole file, sends half of it and hangs up
/hang/FILE    promises the whole file, sends half of it, says so on stdout and waits for the client to go
/open/FILE    half of the file without a promised length
/moved/FILE   redirects to /FILE
Anything else is the file below FOLDER, or 404. The first line on stdout is the port.
"""
import http.server
import os
import ssl
import sys


class Handler(http.server.SimpleHTTPRequestHandler):
    def do_GET(self):
        manner, _, rest = self.path[1:].partition("/")
        if manner == "moved":
            self.send_response(302)
            self.send_header("Location", "/" + rest)
            self.end_headers()
        elif manner in ("cut", "hang", "open"):
            with open(os.path.join(self.directory, rest), "rb") as file:
                content = file.read()
            self.send_response(200)
            if manner != "open":
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content[: len(content) // 2])
            self.wfile.flush()
            if manner == "hang":
                print("half is sent", flush=True)
                self.rfile.read(1)  # returns when the client is gone
            self.close_connection = True
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


folder = sys.argv[1]
server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Handler(*a, directory=folder))
server.daemon_threads = True
if sys.argv[2]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(sys.argv[2])
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
