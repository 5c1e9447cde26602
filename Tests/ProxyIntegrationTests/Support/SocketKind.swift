import CLibuv
import Glibc

/// What `socket(2)` and `socketpair(2)` are asked for, in one place.
///
/// CLibuv and Glibc both hold these enumerators, and which of the two the compiler takes for their owner depends on which
/// files it compiles together, so on `--jobs`: a file that imports one of them alone builds on some machines only.
enum SocketKind {
    static let stream = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    static let datagram = Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue)
}
