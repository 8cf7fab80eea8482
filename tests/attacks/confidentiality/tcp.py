# title: TCP connections to the host and to the world
# base: release
# score: 0
# secret: a server on the host
import socket

for host in ("127.0.0.1", "::1", "localhost", "@ADDRESS@", "10.0.2.2", "169.254.169.254", "8.8.8.8"):
    for port in (@PORT@, 80, 443, 53, 22):
        try:
            with socket.create_connection((host, port), 0.05) as connection:
                print("connected", host, port, connection.recv(1000))
        except OSError:
            pass
print("looked")
