import Glibc

/// Runs a program of the system to its end.
enum SystemCommand {
    /// Runs it with our output. - Returns: whether it could be started and ended with 0.
    static func run(_ words: [String]) -> Bool {
        fflush(nil)
        guard let program = words.first else { return false }
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        var process: pid_t = 0
        // Standard input is ours: what the operator types next is meant for us.
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        guard posix_spawnp(&process, program, &actions, nil, arguments, environ) == 0 else { return false }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { return false }
        }
        return status == 0
    }
}
