/// What a rig asked for.
public enum RigMessage: Equatable, Sendable {
    /// It logs in.
    case login(Login)
    /// It claims a share.
    case submit(Submit)
    /// It shows that it is alive.
    case keepalived(RequestID)
    /// It asks for the current job.
    case getjob(RequestID)
    /// A well-formed request of a method that is not served.
    case unknownMethod(RequestID)
}
