# title: Netlink, vsock, packet, Bluetooth, kernel crypto and other socket families
# base: release
# score: 0
# secret: the kernel and the hypervisor
import socket

for family in range(3, 46):
    if family != socket.AF_INET6:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM, socket.SOCK_RAW, socket.SOCK_SEQPACKET):
            try:
                print("opened", socket.socket(family, kind, 0))
            except OSError:
                pass
try:
    print("opened", socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
except OSError:
    pass
print("looked")
