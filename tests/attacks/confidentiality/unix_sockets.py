# title: Unix sockets by path and by abstract name
# base: release
# score: 0
# secret: a server on the host
import socket

for address in (
    "@UNIX@",
    "\0@ABSTRACT@",
    "/run/docker.sock",
    "/run/dbus/system_bus_socket",
    "/proc/1/root@UNIX@",
):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        try:
            with socket.socket(socket.AF_UNIX, kind) as connection:
                connection.settimeout(0.2)
                connection.connect(address)
                print("connected", address, connection.recv(1000))
        except OSError:
            pass
print("looked")
