import EventLoop

/// How far a lane's connection has come, for whoever tells why it ended.
enum LaneWay: Equatable {
    /// The name of its pool, or of its SOCKS5 proxy, is being looked up.
    case lookingUp
    /// These addresses have not answered, or not well, and the time was over.
    case tried([FailedAddress])
    /// Connected to this address of its pool.
    case pool(SocketAddress)
    /// Connected to this address of its SOCKS5 proxy, which has not made the connection to the pool yet.
    case proxy(SocketAddress)
    /// Connected to its pool by its SOCKS5 proxy, which alone knows at which address.
    case throughProxy
}
